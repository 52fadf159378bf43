package io.ringkv.common.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every identity reads what it prints, sorts as it prints, and never means "absent". */
class IdentitiesTest {

    private static final long SEED = 20240607L;

    /** One kind of identity: how it is drawn at random and parsed, and texts that are none. */
    private record Kind<T extends Comparable<T>>(
            String name, Function<Random, T> draw, Function<String, T> parse, List<String> refused, String expected) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Kind<?>> kinds() {
        List<String> notHex16 = List.of(
                "",
                "0",
                "0000000000000000",
                "123456789abcdef",
                "123456789abcdef01",
                "+123456789abcdef",
                "g123456789abcdef");
        List<String> notUuid =
                List.of("", "1-1-1-1-1", "00000000-0000-0000-0000-000000000000", "123e4567e89b42d3a456426614174000");
        return Stream.of(
                new Kind<>("server", r -> new ServerId(r.nextLong()), ServerId::parse, notHex16, "server id"),
                new Kind<>("manager", r -> new ManagerId(r.nextLong()), ManagerId::parse, notHex16, "manager id"),
                new Kind<>(
                        "client",
                        r -> new ClientId(r.nextLong(), r.nextLong()),
                        ClientId::parse,
                        List.of("", "0123456789abcdef", "0".repeat(32), "x".repeat(32)),
                        "client id"),
                new Kind<>(
                        "cluster",
                        r -> new ClusterId(new UUID(r.nextLong(), r.nextLong())),
                        ClusterId::parse,
                        notUuid,
                        "cluster id"),
                new Kind<>(
                        "group",
                        r -> new GroupId(new UUID(r.nextLong(), r.nextLong())),
                        GroupId::parse,
                        notUuid,
                        "group id"));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    <T extends Comparable<T>> void readsWhatItPrints(Kind<T> kind) {
        Random random = new Random(SEED);
        for (int i = 0; i < 1000; i++) {
            T drawn = kind.draw().apply(random);

            assertThat(kind.parse().apply(drawn.toString())).as("seed %d", SEED).isEqualTo(drawn);
            assertThat(kind.parse().apply(drawn.toString().toUpperCase(java.util.Locale.ROOT)))
                    .as("upper case, seed %d", SEED)
                    .isEqualTo(drawn);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    <T extends Comparable<T>> void sortsAsItPrints(Kind<T> kind) {
        Random random = new Random(SEED);
        List<T> drawn =
                Stream.generate(() -> kind.draw().apply(random)).limit(1000).toList();

        List<T> byText = new ArrayList<>(drawn);
        byText.sort(Comparator.comparing(T::toString));

        assertThat(drawn.stream().sorted().toList()).as("seed %d", SEED).isEqualTo(byText);
        assertThat(drawn.get(0).compareTo(drawn.get(0))).isZero();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    <T extends Comparable<T>> void refusesOtherTextsNamingWhatItIs(Kind<T> kind) {
        for (String text : kind.refused()) {
            assertThatThrownBy(() -> kind.parse().apply(text))
                    .as("\"%s\"", text)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(kind.expected())
                    .hasMessageContaining("expected");
        }
    }
}
