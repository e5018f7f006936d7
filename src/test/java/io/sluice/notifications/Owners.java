package io.sluice.notifications;

import io.sluice.testkit.Api;
import io.sluice.testkit.Tenants;
import io.sluice.testkit.TestDatabase;
import java.util.UUID;

/** Projects with owners, and use of them. */
final class Owners {
    private final Api operator;
    private final TestDatabase database;

    Owners(Api operator, TestDatabase database) {
        this.operator = operator;
        this.database = database;
    }

    /** A project of this name with an address of its own, and a monthly limit of requests whose cap is twice as high. */
    String project(String name) {
        String id = Tenants.newId();
        operator.post("/v1/projects", """
                {"id": "%s", "name": "%s", "owner_email": "%s@owners.example"}""".formatted(id, name, id)).expect(201);
        return id;
    }

    String address(String project) {
        return project + "@owners.example";
    }

    /** Uses requests until so many percent of the limit are used, and checks the project. */
    void use(String project, long limit, long percent) {
        operator.put(
                        "/v1/projects/" + project + "/quotas/requests",
                        "{\"limit\": %d, \"hard_cap\": %d, \"period\": \"month\"}".formatted(limit, limit * 2))
                .expect(200);
        long used = database.count("""
                        select coalesce(max(quantity), 0)
                        from usage_counters
                        where project_id = ? and metric = 'requests' and unit = 'month'
                        """, project);
        operator.post(
                        "/v1/usage/track",
                        Tenants.event(
                                project,
                                "requests",
                                limit * percent / 100 - used,
                                UUID.randomUUID().toString(),
                                null))
                .expect(202);
    }
}
