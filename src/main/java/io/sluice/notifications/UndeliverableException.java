package io.sluice.notifications;

/** A letter was not taken. The message holds no address. */
public class UndeliverableException extends Exception {
    private final boolean permanent;

    /** @param permanent whether no later try can mend it */
    public UndeliverableException(String message, boolean permanent) {
        super(message);
        this.permanent = permanent;
    }

    public boolean permanent() {
        return permanent;
    }
}
