package io.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouteTest {
    static final class Calls {
        @RolesAllowed("viewer")
        public void list(@BeanParam Paging paging, @QueryParam("q") String text, @QueryParam("id") List<String> ids) {}

        @RolesAllowed({"operator", "owner"})
        @LargeBody
        public void batch(@PathParam("id") String id, String body) {}

        public void forgotten() {}
    }

    @Test
    void aMethodThatNamesNoRoleIsForNobody() {
        assertThat(route("forgotten").roles()).isEmpty();
        assertThat(route("batch").roles()).containsExactlyInAnyOrder("operator", "owner");
    }

    @Test
    void queryParametersOfBeansCountAndOnlyListsMayBeRepeated() {
        assertThat(route("list").query()).isEqualTo(Map.of("limit", false, "cursor", false, "q", false, "id", true));
        assertThat(route("list").hasBody()).isFalse();
    }

    @Test
    void onlyCallsForBatchesTakeLargeBodies() {
        assertThat(route("list").mostBytes()).isEqualTo(1 << 20);
        assertThat(route("batch").mostBytes()).isEqualTo(8 << 20);
        assertThat(route("batch").hasBody()).isTrue();
    }

    private static Route route(String name) {
        return Arrays.stream(Calls.class.getMethods())
                .filter(method -> method.getName().equals(name))
                .map(Route::of)
                .findFirst()
                .orElseThrow();
    }
}
