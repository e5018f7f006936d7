package io.sluice.quotas;

import jakarta.persistence.Embeddable;
import java.util.List;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** One quota of a plan, as it is stored; see {@link QuotaTerms} for its members. */
@Embeddable
class PlanQuota {
    private String metric;
    private String unit;
    private @Nullable Long quotaLimit;
    private @Nullable Long hardCap;

    @JdbcTypeCode(SqlTypes.ARRAY)
    private List<Integer> warnAt;

    @SuppressWarnings("NullAway.Init") // filled by the persistence provider
    protected PlanQuota() {}

    QuotaTerms terms() {
        return new QuotaTerms(metric, unit, quotaLimit, hardCap, warnAt);
    }
}
