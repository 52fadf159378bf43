package io.ringkv.testing.cli.lab;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import io.ringkv.testing.lab.nemesis.Ability;
import io.ringkv.testing.lab.nemesis.FaultKind;
import io.ringkv.testing.lab.nemesis.ProcessCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Understands what {@code --nemesis} says. Threading: stateless. */
final class NemesisNames {
    private NemesisNames() {}

    /**
     * The kinds that are named and possible here; those that are not are told.
     *
     * @throws RingKvException INVALID_ARGUMENT for a name that there is not, or if nothing of what is named is possible
     */
    static List<FaultKind> possible(List<String> names, Map<String, String> environment, RunTalk talk)
            throws IOException, InterruptedException {
        Set<FaultKind> named = kinds(names);
        Map<Ability, String> obstacles = obstacles(named, environment);
        List<FaultKind> possible = named.stream()
                .filter(kind ->
                        kind.need().map(need -> !obstacles.containsKey(need)).orElse(true))
                .toList();
        obstacles.forEach((ability, obstacle) -> {
            String out = named.stream()
                    .filter(kind -> kind.need().filter(ability::equals).isPresent())
                    .map(FaultKind::toString)
                    .collect(Collectors.joining(", "));
            if (possible.isEmpty()) {
                throw new RingKvException(ErrorCode.INVALID_ARGUMENT, out + " is not possible here: " + obstacle);
            }
            talk.say("left out: " + out + ", because " + obstacle);
        });
        return possible;
    }

    private static Set<FaultKind> kinds(List<String> names) {
        Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
        for (String name : names) {
            FaultKind kind = FaultKind.named(name);
            if (kind != null) {
                kinds.add(kind);
            } else if (name.equals(FaultKind.ALL)) {
                kinds.addAll(EnumSet.allOf(FaultKind.class));
            } else if (!name.equals("none")) {
                throw new RingKvException(
                        ErrorCode.INVALID_ARGUMENT,
                        "There is no nemesis '" + name + "'; there are none, all, "
                                + Stream.of(FaultKind.values())
                                        .map(FaultKind::toString)
                                        .collect(Collectors.joining(", ")));
            }
        }
        return kinds;
    }

    private static Map<Ability, String> obstacles(Set<FaultKind> kinds, Map<String, String> environment)
            throws IOException, InterruptedException {
        Map<Ability, String> obstacles = new EnumMap<>(Ability.class);
        Set<Ability> needed = EnumSet.noneOf(Ability.class);
        kinds.forEach(kind -> kind.need().ifPresent(needed::add));
        if (!needed.isEmpty()) {
            Path script = ThrowAwayCluster.script(environment);
            for (Ability ability : needed) {
                String obstacle = ProcessCluster.obstacle(script, ability);
                if (!obstacle.isEmpty()) {
                    obstacles.put(ability, obstacle);
                }
            }
        }
        return obstacles;
    }
}
