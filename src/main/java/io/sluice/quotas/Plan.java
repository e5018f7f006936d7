package io.sluice.quotas;

import jakarta.persistence.CollectionTable;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import org.hibernate.annotations.Fetch;
import org.hibernate.annotations.FetchMode;
import org.hibernate.annotations.Immutable;

/** A named set of quotas that projects share. What it leaves out, the plan {@code default} says. */
@Entity
@Immutable
@Table(name = "plans")
public class Plan {
    /** The plan of every project without one; it can be changed, never deleted. */
    public static final String DEFAULT = "default";

    @Id
    private String name;

    private long version;
    private Instant createdAt;
    private Instant updatedAt;

    @ElementCollection(fetch = FetchType.EAGER)
    @CollectionTable(name = "plan_quotas", joinColumns = @JoinColumn(name = "plan"))
    @Fetch(FetchMode.SUBSELECT)
    @OrderBy("metric, unit")
    private List<PlanQuota> quotas;

    @SuppressWarnings("NullAway.Init") // filled by the persistence provider
    protected Plan() {}

    public String name() {
        return name;
    }

    /** Another number after every change. */
    public long version() {
        return version;
    }

    public Instant createdAt() {
        return createdAt;
    }

    public Instant updatedAt() {
        return updatedAt;
    }

    /** In the order of metric and period. */
    public List<QuotaTerms> quotas() {
        return quotas.stream().map(PlanQuota::terms).toList();
    }
}
