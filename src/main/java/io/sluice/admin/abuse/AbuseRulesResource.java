package io.sluice.admin.abuse;

import io.sluice.abuse.AbuseRules;
import io.sluice.access.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The rules of the installation over HTTP. */
@RequestScoped
@Path("abuse/rules")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Abuse")
public class AbuseRulesResource {
    @Inject
    AbuseRules rules;

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER})
    @Operation(summary = "Lists the rules that look for abuse, with mode and thresholds")
    @APIResponse(responseCode = "200", description = "All rules by name")
    public AbuseRuleJson.All list() {
        return AbuseRuleJson.All.of(rules.list());
    }

    @PUT
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Changes the rules that the body names, all or none; what it leaves out stays")
    @APIResponse(responseCode = "200", description = "All rules as they are now")
    public AbuseRuleJson.All change(
            @NotNull(message = "is required: send a JSON object.") @Valid RuleChangesJson body) {
        return AbuseRuleJson.All.of(rules.change(body.toChanges()));
    }
}
