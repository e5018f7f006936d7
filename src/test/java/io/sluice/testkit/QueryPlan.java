package io.sluice.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** How PostgreSQL executed a statement, and how much it read for it. */
public final class QueryPlan {
    private final JsonNode plan;

    private QueryPlan(JsonNode plan) {
        this.plan = plan;
    }

    /** Executes the statement, in the connection's transaction. */
    public static QueryPlan of(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("explain (analyze, buffers, format json) " + sql)) {
            row.next();
            return new QueryPlan(
                    new ObjectMapper().readTree(row.getString(1)).path(0).path("Plan"));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Blocks of 8 KiB that were looked at, in memory or not. */
    public long blocks() {
        return plan.path("Shared Hit Blocks").asLong()
                + plan.path("Shared Read Blocks").asLong();
    }

    /** Whether the whole table was read. */
    public boolean readsAllOf(String table) {
        return plan.findParents("Relation Name").stream()
                .anyMatch(node -> node.path("Relation Name").asText().equals(table)
                        && node.path("Node Type").asText().equals("Seq Scan"));
    }

    @Override
    public String toString() {
        return plan.toPrettyString();
    }
}
