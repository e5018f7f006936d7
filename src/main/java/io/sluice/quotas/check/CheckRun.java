package io.sluice.quotas.check;

import java.time.Duration;
import java.util.List;

/**
 * How far the check of one job has come, over all its attempts.
 *
 * @param lastProjectId everything up to this id is done; empty at the beginning
 * @param failed projects whose check failed, to be tried again
 * @param duration since the first attempt began
 */
record CheckRun(
        String lastProjectId,
        long projectsChecked,
        long projectsSuspended,
        long warningsSent,
        long actionsTotal,
        List<String> failed,
        Duration duration) {}
