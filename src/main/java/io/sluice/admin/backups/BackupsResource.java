package io.sluice.admin.backups;

import io.sluice.InvalidInputException;
import io.sluice.NotFoundException;
import io.sluice.access.Caller;
import io.sluice.access.Roles;
import io.sluice.backups.Backup;
import io.sluice.backups.Backups;
import io.sluice.backups.StoredArchives;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.InputStream;
import java.net.URI;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Single backups. One of a project that the caller does not see is not found. */
@RequestScoped
@Path("backups/{id}")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Backups")
public class BackupsResource {
    @Inject
    Backups backups;

    @Inject
    StoredArchives archives;

    @Inject
    Caller caller;

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Shows one backup")
    @APIResponse(responseCode = "200", description = "The backup")
    public BackupJson get(@PathParam("id") UUID id) {
        return BackupJson.of(visible(id), caller.projects().isEmpty());
    }

    @GET
    @Path("content")
    @Produces("application/zip")
    @RolesAllowed({Roles.OPERATOR, Roles.OWNER})
    @Operation(summary = "Sends the archive of a backup")
    @APIResponse(responseCode = "200", description = "The archive")
    @APIResponse(responseCode = "409", description = "CONFLICT")
    public Response content(@PathParam("id") UUID id) {
        visible(id);
        StoredArchives.Content content = archives.content(id);
        Backup backup = content.backup();
        StreamingOutput body = out -> {
            try (InputStream archive = content.stream()) {
                archive.transferTo(out);
            }
        };
        return Response.ok(body)
                .header(HttpHeaders.CONTENT_LENGTH, backup.bytes())
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        "attachment; filename=\"" + backup.projectId() + "-" + id + ".zip\"")
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    @POST
    @Path("restore")
    @RolesAllowed({Roles.OPERATOR, Roles.OWNER})
    @Operation(summary = "Gives a backup back; an operator's restore brings plan and quotas back too")
    @APIResponse(responseCode = "202", description = "The job")
    public Response restore(
            @PathParam("id") UUID id, @NotNull(message = "is required: send a JSON object.") @Valid RestoreJson body) {
        Backup backup = visible(id);
        String projectId = body.projectId() == null ? backup.projectId() : body.projectId();
        caller.requireProject(projectId);
        if (!body.confirm().equals(projectId)) {
            throw new InvalidInputException(
                    "confirm", "must be the id of the project whose data is replaced: the restore was not begun.");
        }
        BackupJobJson job =
                BackupJobJson.of(backups.restore(id, projectId, caller.role().equals(Roles.OPERATOR)));
        return Response.accepted(job)
                .location(URI.create("/v1/jobs/" + job.id()))
                .build();
    }

    @DELETE
    @RolesAllowed({Roles.OPERATOR, Roles.OWNER})
    @Operation(summary = "Deletes a backup: its archive goes, its row stays")
    @APIResponse(responseCode = "204", description = "Done")
    public void delete(@PathParam("id") UUID id) {
        visible(id);
        backups.delete(id);
        archives.discard(id);
    }

    private Backup visible(UUID id) {
        Backup backup = backups.get(id);
        if (!caller.sees(backup.projectId())) {
            throw new NotFoundException("backup", id.toString());
        }
        return backup;
    }
}
