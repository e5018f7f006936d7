package io.sluice.jobs.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.sluice.jobs.WorkerStatus;
import io.sluice.jobs.wakeup.SlotNews;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server takes the timer away from a bean that lets anything escape. */
class ScheduleTimerTest {
    private final List<String> ran = new ArrayList<>();
    private final ScheduleTimer timer = new ScheduleTimer();

    @BeforeEach
    void makeTimer() {
        timer.worker = (WorkerStatus) Proxy.newProxyInstance(
                WorkerStatus.class.getClassLoader(),
                new Class<?>[] {WorkerStatus.class},
                (proxy, asked, with) -> false);
        timer.ticks = new TickRecord();
        timer.news = new SlotNews();
    }

    @Test
    void anErrorOfOneTickLeavesTheNextOnes() {
        timer.slots = new DueSlots() {
            @Override
            public List<String> due() {
                throw new NoClassDefFoundError("of a class that is gone");
            }
        };
        assertThatCode(timer::tick).doesNotThrowAnyException();
        timer.slots = new DueSlots() {
            @Override
            public List<String> due() {
                return List.of("one");
            }

            @Override
            public void run(String name) {
                ran.add(name);
            }
        };
        timer.tick();
        assertThat(ran).containsExactly("one");
    }

    @Test
    void anErrorOfOneScheduleLeavesTheOthers() {
        timer.slots = new DueSlots() {
            @Override
            public List<String> due() {
                return List.of("first", "second");
            }

            @Override
            public void run(String name) {
                ran.add(name);
                throw new StackOverflowError("of the schedule " + name);
            }
        };
        assertThatCode(timer::tick).doesNotThrowAnyException();
        assertThat(ran).containsExactly("first", "second");
    }
}
