package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Good ends are stored many at a time; each counts for itself all the same. */
class CompletionsIT {
    private static final TestDatabase DATABASE = TestJobs.database();

    @BeforeAll
    static void start() {
        TestJobs.node();
    }

    @Test
    void manyJobsThatEndTogetherEachHaveTheirResultAndOneAttempt() {
        insert("many", 500, "true");

        awaitNoneLeft("many");

        assertThat(DATABASE.count("""
                select count(*) from jobs j
                where project_id = 'many' and status = 'completed' and result = '{"text": "fine"}' and attempts = 1
                  and (select array_agg(outcome) from job_attempts a where a.job_id = j.id) = array['completed']
                """)).isEqualTo(500);
    }

    @Test
    void jobsGoWithTheirHistoryWhoeverDeletesThem() {
        insert("gone", 20, "true");
        awaitNoneLeft("gone");
        long others = DATABASE.count(
                "select count(*) from job_attempts where job_id not in (select id from jobs where project_id = 'gone')");

        DATABASE.execute("delete from jobs where project_id = 'gone'");

        assertThat(DATABASE.count("select count(*) from job_attempts a where not exists"
                        + " (select from jobs j where j.id = a.job_id)"))
                .isZero();
        assertThat(DATABASE.count("select count(*) from job_attempts")).isGreaterThanOrEqualTo(others);
    }

    @Test
    void aResultThatTheDatabaseRefusesFailsItsOwnJobOnly() {
        insert("refused", 100, "n <> 50");

        awaitNoneLeft("refused");

        List<Object> failed =
                DATABASE.query("""
                select last_error from jobs where project_id = 'refused' and status <> 'completed'
                """).stream().map(row -> row.get("last_error")).toList();
        assertThat(failed).containsExactly("The database refused to store how this attempt ended.");
    }

    /** Were each statement a transaction by itself, nothing would hold the lock under which limits are judged either. */
    @Test
    void endsAreStoredInTheTransactionOfTheNextClaim() {
        DATABASE.execute("create table turns (status text, transaction bigint)");
        DATABASE.execute("""
                create function note_turn() returns trigger language plpgsql security definer as $$
                begin
                    insert into turns values (new.status, txid_current());
                    return null;
                end
                $$
                """);
        DATABASE.execute("""
                create trigger note_turn after update of status on jobs for each row when (new.project_id = 'turns')
                execute function note_turn()
                """);
        try {
            insert("turns", 500, "true");
            awaitNoneLeft("turns");

            assertThat(DATABASE.count("""
                    select count(*) from
                        (select from turns group by transaction having count(distinct status) = 2) as both_statuses
                    """)).isPositive();
        } finally {
            DATABASE.execute("drop trigger note_turn on jobs");
            DATABASE.execute("drop function note_turn");
            DATABASE.execute("drop table turns");
        }
    }

    private static void insert(String project, int jobs, String storable) {
        DATABASE.execute(
                "insert into jobs (type, payload, project_id) select 'test_result', jsonb_build_object('storable', "
                        + storable + "), ? from generate_series(1, ?) n",
                project,
                jobs);
        TestJobs.wake(DATABASE);
    }

    private static void awaitNoneLeft(String project) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> DATABASE.count(
                                "select count(*) from jobs where project_id = ? and status in ('pending', 'running')",
                                project)
                        == 0);
    }
}
