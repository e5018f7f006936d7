package io.sluice.admin.abuse;

import io.sluice.abuse.AbuseRules;
import io.sluice.access.Caller;
import io.sluice.access.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What holds for one project instead of the rules of the installation. */
@RequestScoped
@Path("projects/{id}/abuse-rules")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Abuse")
public class ProjectAbuseRulesResource {
    @Inject
    AbuseRules rules;

    @Inject
    Caller caller;

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER})
    @Operation(summary = "Lists the rules as they hold for the project")
    @APIResponse(responseCode = "200", description = "All rules by name")
    public AbuseRuleJson.All list(@PathParam("id") String id) {
        caller.requireProject(id);
        return AbuseRuleJson.All.of(rules.listFor(id));
    }

    @PUT
    @Path("{rule}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Gives the project values of its own for a rule, in the place of those it had")
    @APIResponse(responseCode = "200", description = "The rule as it holds for the project now")
    public AbuseRuleJson put(
            @PathParam("id") String id,
            @PathParam("rule") String rule,
            @NotNull(message = "is required: send a JSON object.") @Valid ProjectRuleJson body) {
        caller.requireProject(id);
        return AbuseRuleJson.of(rules.putFor(id, body.toChange(rule)));
    }

    @DELETE
    @Path("{rule}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Takes the project's own values for a rule away")
    @APIResponse(responseCode = "204", description = "Taken away")
    public void remove(@PathParam("id") String id, @PathParam("rule") String rule) {
        caller.requireProject(id);
        rules.removeFor(id, rule);
    }
}
