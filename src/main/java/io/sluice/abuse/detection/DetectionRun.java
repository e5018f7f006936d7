package io.sluice.abuse.detection;

import java.util.List;

/**
 * How far the detection of one job has come, over all its attempts.
 *
 * @param lastProjectId everything up to this id is done; empty at the beginning
 * @param failed projects that could not be looked at
 * @param durationMs since the first attempt began
 */
record DetectionRun(
        String lastProjectId, long projectsChecked, long detections, List<String> failed, long durationMs) {}
