package io.sluice;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.annotation.security.RolesAllowed;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.HttpMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules that keep the layout what it is. There is no list of exceptions: a rule that must bend is changed here. */
class ArchitectureTest {
    private static final String ROOT = "io.sluice";
    private static final Path SOURCES = Path.of("src/main/java");
    private static final int MOST_TYPES_IN_A_PACKAGE = 15;
    private static final int MOST_LINES_IN_A_FILE = 300;

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void everyPackageDeclaresItsPurposeAndWhatItMayUse() throws IOException {
        for (JavaPackage each : packagesWithClasses()) {
            Path file = SOURCES.resolve(each.getName().replace('.', '/')).resolve("package-info.java");
            assertThat(file).exists();
            String source = Files.readString(file);
            assertThat(source).as(each.getName()).startsWith("/**").contains("@MayUse", "@NullMarked");
            assertThat(source.substring(0, source.indexOf("*/")))
                    .as("the purpose of %s", each.getName())
                    .hasSizeGreaterThan(40);
        }
    }

    @Test
    void featuresUseOnlyWhatTheyDeclare() {
        List<String> violations = new ArrayList<>();
        for (JavaPackage each : packagesWithClasses()) {
            Set<String> allowed = mayUse(each);
            for (JavaClass user : each.getClasses()) {
                user.getDirectDependenciesFromSelf().stream()
                        .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                        .filter(used -> used.getPackageName().startsWith(ROOT + "."))
                        .filter(used -> !featureOf(used).equals(featureOf(user)))
                        .filter(used -> !allowed.contains(featureOf(used)))
                        .forEach(used -> violations.add(user.getName() + " uses " + used.getName()));
            }
        }
        assertThat(violations).isEmpty();
    }

    @Test
    void declarationsNameOnlyWhatIsUsed() {
        List<String> unused = new ArrayList<>();
        for (JavaPackage each : packagesWithClasses()) {
            Set<String> declared = declaredBy(each);
            Set<String> used = CLASSES.stream()
                    .filter(user -> user.getPackageName().equals(each.getName())
                            || user.getPackageName().startsWith(each.getName() + "."))
                    .flatMap(user -> user.getDirectDependenciesFromSelf().stream())
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .filter(target -> target.getPackageName().startsWith(ROOT + "."))
                    .map(ArchitectureTest::featureOf)
                    .collect(toCollection(TreeSet::new));
            declared.stream()
                    .filter(name -> !used.contains(name))
                    .forEach(name -> unused.add(each.getName() + ": " + name));
        }
        assertThat(unused).isEmpty();
    }

    @Test
    void nestedPackagesArePrivateToTheirFeature() {
        List<String> violations = new ArrayList<>();
        for (JavaClass user : CLASSES) {
            user.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .filter(used -> used.getPackageName().startsWith(ROOT + "."))
                    .filter(used -> !featureOf(used).equals(featureOf(user)))
                    .filter(used -> !used.getPackageName().equals(ROOT + "." + featureOf(used)))
                    .forEach(used -> violations.add(user.getName() + " uses " + used.getName()));
        }
        assertThat(violations).isEmpty();
    }

    @Test
    void parentsDoNotUseTheirChildren() {
        List<String> violations = new ArrayList<>();
        for (JavaClass user : CLASSES) {
            user.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .filter(used -> used.getPackageName().startsWith(user.getPackageName() + "."))
                    .forEach(used -> violations.add(user.getName() + " uses " + used.getName()));
        }
        assertThat(violations).isEmpty();
    }

    @Test
    void packagesAreFreeOfCycles() {
        slices().matching("io.sluice.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void technologiesStayBehindTheirDoors() {
        noClasses()
                .that(not(resideInAPackage("io.sluice.admin..")))
                .should()
                .dependOnClassesThat(resideInAPackage("jakarta.ws.rs.."))
                .check(CLASSES);
        noClasses()
                .that(not(resideInAnyPackage(
                        "io.sluice.access..", "io.sluice.admin..", "io.sluice.console..", "io.sluice.problems..")))
                .should()
                .dependOnClassesThat(resideInAPackage("jakarta.servlet.."))
                .check(CLASSES);
        noClasses()
                .that(not(resideInAPackage("io.sluice.health..")))
                .should()
                .dependOnClassesThat(resideInAPackage("org.eclipse.microprofile.health.."))
                .check(CLASSES);
        noClasses()
                .that(not(resideInAPackage("io.sluice.database..")))
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..", "org.flywaydb.."))
                .check(CLASSES);
    }

    @Test
    void configurationIsReadInSettingsOnly() {
        noClasses()
                .that(not(resideInAPackage("io.sluice.startup..")))
                .and(not(simpleNameEndingWith("Settings")))
                .should()
                .dependOnClassesThat(resideInAPackage("org.eclipse.microprofile.config.."))
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("io.sluice.startup.Configuration")
                .check(CLASSES);
    }

    @Test
    void repositoriesAreHiddenAndStartNoTransaction() {
        classes()
                .that(simpleNameEndingWith("Repository"))
                .should()
                .notBePublic()
                .check(CLASSES);
        noClasses()
                .that(simpleNameEndingWith("Repository").or(simpleNameEndingWith("Resource")))
                .should()
                .beAnnotatedWith(Transactional.class)
                .check(CLASSES);
        methods()
                .that()
                .areDeclaredInClassesThat(simpleNameEndingWith("Repository").or(simpleNameEndingWith("Resource")))
                .should()
                .notBeAnnotatedWith(Transactional.class)
                .check(CLASSES);
    }

    @Test
    void everyRestMethodNamesItsRoles() {
        methods()
                .that()
                .areMetaAnnotatedWith(HttpMethod.class)
                .should()
                .beAnnotatedWith(RolesAllowed.class)
                .check(CLASSES);
    }

    @Test
    void timeIsTheDatabasesOrInjected() {
        noClasses()
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(LocalDate.class, "now")
                .orShould()
                .callMethod(LocalDateTime.class, "now")
                .orShould()
                .callMethod(ZonedDateTime.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(CLASSES);
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .should()
                .haveNameMatching(".*(Impl|Service|Manager|Helper|Util|Utils|Dto|Bean)")
                .check(CLASSES);
        classes()
                .that()
                .areAnnotatedWith(jakarta.ws.rs.Path.class)
                .should()
                .haveSimpleNameEndingWith("Resource")
                .check(CLASSES);
    }

    @Test
    void packagesStaySmall() {
        CLASSES.stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(each -> !each.getSimpleName().equals("package-info"))
                .collect(groupingBy(JavaClass::getPackageName))
                .forEach((name, types) -> assertThat(types)
                        .as("the types of %s", name)
                        .hasSizeLessThanOrEqualTo(MOST_TYPES_IN_A_PACKAGE));
    }

    @Test
    void filesStayShort() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThanOrEqualTo(MOST_LINES_IN_A_FILE);
            }
        }
    }

    private static List<JavaPackage> packagesWithClasses() {
        return Stream.concat(
                        Stream.of(CLASSES.getPackage(ROOT)), CLASSES.getPackage(ROOT).getSubpackagesInTree().stream())
                .filter(each -> !each.getClasses().isEmpty())
                .toList();
    }

    /** What a package declares itself, and what its parents declare for all below them. */
    private static Set<String> mayUse(JavaPackage each) {
        Set<String> allowed = declaredBy(each);
        for (Optional<JavaPackage> parent = each.getParent();
                parent.isPresent() && parent.get().getName().startsWith(ROOT + ".");
                parent = parent.get().getParent()) {
            allowed.addAll(declaredBy(parent.get()));
        }
        return allowed;
    }

    private static Set<String> declaredBy(JavaPackage each) {
        JavaAnnotation<?> annotation = each.getPackageInfo().getAnnotationOfType(MayUse.class.getName());
        return new TreeSet<>(List.of((String[]) annotation.get("value").orElse(new String[0])));
    }

    private static String featureOf(JavaClass type) {
        String below = type.getPackageName().substring(ROOT.length() + 1);
        int dot = below.indexOf('.');
        return dot < 0 ? below : below.substring(0, dot);
    }
}
