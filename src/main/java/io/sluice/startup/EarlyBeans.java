package io.sluice.startup;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes every application-scoped bean of the web application at the start, those of the handlers' jars too. A bean is
 * otherwise made at its first use, and while the server stops that fails: its resources can no longer be looked up. A job
 * that ends during a drain may well be the first to use some bean.
 */
@ApplicationScoped
public class EarlyBeans {
    @Inject
    @Any
    Instance<Object> beans;

    /** Asks each what it is called, which makes it, and returns their names. */
    public Set<String> make() {
        Set<String> made = new TreeSet<>();
        for (Instance.Handle<Object> handle : beans.handles()) {
            boolean ours = handle.getBean().getBeanClass().getClassLoader() == EarlyBeans.class.getClassLoader();
            if (ours && handle.getBean().getScope() == ApplicationScoped.class) {
                // The handle holds a proxy; only a call makes the bean behind it.
                made.add(handle.get().toString());
            }
        }
        return made;
    }
}
