package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.PublishedRoute;
import io.sluice.testkit.SharedServer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds the published description and the documented table of calls against each other. */
class ContractIT {
    private final List<PublishedRoute> routes =
            PublishedRoute.all(SharedServer.operator().as(null));

    @Test
    void theTableOfTheDocsAndThePublishedDescriptionSayTheSame() {
        assertThat(String.join("\n", RouteTable.rows()))
                .isEqualTo(String.join(
                        "\n", routes.stream().map(PublishedRoute::row).toList()));
    }

    @Test
    void everyCallNamesItsRolesAndSaysWhatItDoes() {
        assertThat(routes).isNotEmpty().allSatisfy(route -> {
            assertThat(route.roles()).as("%s", route).isNotEmpty();
            assertThat(route.operation().path("summary").asText())
                    .as("%s", route)
                    .isNotBlank();
            assertThat(route.operation().path("tags")).as("%s", route).isNotEmpty();
        });
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        JsonNode document = routes.get(0).document();
        assertThat(document.at("/info/title").asText()).isEqualTo("Sluice");
        assertThat(document.at("/components/securitySchemes/access_token/scheme")
                        .asText())
                .isEqualTo("bearer");
        List<String> references = document.findValuesAsText("$ref");
        assertThat(references)
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(
                                document.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    @Test
    void membersAreNamedInSnakeCase() {
        routes.get(0)
                .document()
                .at("/components/schemas")
                .properties()
                .forEach(schema -> schema.getValue()
                        .path("properties")
                        .fieldNames()
                        .forEachRemaining(
                                name -> assertThat(name).as(schema.getKey()).matches("[a-z0-9_]+")));
    }
}
