package io.sluice.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.SharedServer;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class NotificationsIT {
    /** Event streams come and go: each time the pool gets a connection back that somebody listened with. */
    @Test
    void theConnectionGoesBackToThePoolWithTheTimeoutThatItHad() throws SQLException {
        try (Connection pooled = SharedServer.postgres().createDatabase().connect()) {
            pooled.setNetworkTimeout(Runnable::run, 60_000);
            Notifications notifications = new Notifications();
            notifications.dataSource = poolOf(pooled);
            notifications.listen("a_channel", () -> false, said -> {});
            assertThat(pooled.isClosed()).isFalse();
            assertThat(pooled.getNetworkTimeout()).isEqualTo(60_000);
        }
    }

    /** Hands out one connection and keeps it when it is closed. */
    private static DataSource poolOf(Connection pooled) {
        Connection handedOut = proxy(
                Connection.class,
                (proxy, method, arguments) ->
                        method.getName().equals("close") ? null : method.invoke(pooled, arguments));
        return proxy(DataSource.class, (proxy, method, arguments) -> handedOut);
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
