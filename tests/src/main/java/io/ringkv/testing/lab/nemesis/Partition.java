package io.ringkv.testing.lab.nemesis;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Ways in which members can be cut off from each other. Clients reach all of them. Pure. */
enum Partition {
    /** Less than half of the servers, the chosen member among them, are cut off from all others. */
    MINORITY,
    /** More than half of the servers, the chosen member among them, are cut off from the others and most managers. */
    MAJORITY,
    /** Each server reaches two others, no two the same ones: all see a majority of five, and none agree on it. */
    RING,
    /** Two halves that reach each other through one member only. */
    BRIDGE,
    /** The chosen member speaks, and hears nobody. */
    DEAF,
    /** The chosen member hears, and nobody hears it. */
    MUTE,
    /** The chosen server and the managers do not hear each other; servers do. */
    UNMANAGED;

    static Partition named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    static String[] variants() {
        return Stream.of(values()).map(Partition::toString).toArray(String[]::new);
    }

    static String names() {
        return String.join(", ", variants());
    }

    /**
     * What has to be cut.
     *
     * @param chosen a server or a manager
     * @param seed decides who else is on which side
     */
    List<Link> links(List<String> servers, List<String> managers, String chosen, long seed) {
        List<String> others = shuffled(servers, chosen, seed);
        List<String> otherManagers = shuffled(managers, chosen, seed + 1);
        boolean manager = managers.contains(chosen);
        List<String> all = new ArrayList<>(servers);
        all.addAll(managers);
        return switch (this) {
            case MINORITY -> between(all, side(others, minority(servers), otherManagers, manager ? 1 : 0, chosen));
            case MAJORITY ->
                between(all, side(others, servers.size() / 2 + 1, otherManagers, minority(managers), chosen));
            case RING -> ring(servers, shuffled(servers, "", seed));
            case BRIDGE -> {
                List<Link> cut = new ArrayList<>(halves(others));
                cut.addAll(halves(otherManagers));
                yield cut;
            }
            case DEAF -> cut(all, (from, to) -> to.equals(chosen));
            case MUTE -> cut(all, (from, to) -> from.equals(chosen));
            case UNMANAGED -> {
                String server = manager ? others.get(0) : chosen;
                yield cut(
                        all,
                        (from, to) -> (from.equals(server) && managers.contains(to))
                                || (to.equals(server) && managers.contains(from)));
            }
        };
    }

    /** The largest number that is less than half. */
    private static int minority(List<String> members) {
        return (members.size() - 1) / 2;
    }

    /** All but one, in any order. */
    private static List<String> shuffled(List<String> members, String without, long seed) {
        List<String> shuffled = new ArrayList<>(members);
        shuffled.remove(without);
        Collections.shuffle(shuffled, new Random(seed));
        return shuffled;
    }

    /** So many servers and managers; the chosen one counts among its own. */
    private static Set<String> side(
            List<String> servers, int serverCount, List<String> managers, int managerCount, String chosen) {
        Set<String> side = new LinkedHashSet<>(List.of(chosen));
        boolean manager = chosen.startsWith("m");
        side.addAll(servers.subList(0, manager ? serverCount : serverCount - 1));
        side.addAll(managers.subList(0, manager ? Math.max(0, managerCount - 1) : managerCount));
        return side;
    }

    private static List<Link> between(List<String> all, Set<String> side) {
        return cut(all, (from, to) -> side.contains(from) != side.contains(to));
    }

    private static List<Link> ring(List<String> servers, List<String> order) {
        int count = order.size();
        return cut(servers, (from, to) -> {
            int distance = Math.floorMod(order.indexOf(from) - order.indexOf(to), count);
            return distance != 1 && distance != count - 1;
        });
    }

    /** Cuts the first half of these from the second. The one that is missing is the bridge. */
    private static List<Link> halves(List<String> members) {
        Set<String> first = Set.copyOf(members.subList(0, members.size() / 2));
        return cut(members, (from, to) -> first.contains(from) != first.contains(to));
    }

    private static List<Link> cut(List<String> members, BiPredicate<String, String> lost) {
        return members.stream()
                .flatMap(from -> members.stream()
                        .filter(to -> !to.equals(from) && lost.test(from, to))
                        .map(to -> new Link(from, to)))
                .collect(Collectors.toUnmodifiableList());
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
