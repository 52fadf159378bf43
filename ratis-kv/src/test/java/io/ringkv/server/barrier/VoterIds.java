package io.ringkv.server.barrier;

import io.ringkv.common.id.ServerId;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Short ways to write servers in tests. */
final class VoterIds {
    private VoterIds() {}

    static ServerId server(long number) {
        return new ServerId(number);
    }

    /** One server per digit; null is the empty set. */
    static Set<ServerId> ofDigits(@Nullable String digits) {
        return digits == null
                ? Set.of()
                : of(digits.chars()
                        .mapToLong(digit -> Character.digit(digit, 10))
                        .toArray());
    }

    static Set<ServerId> of(long... numbers) {
        return LongStream.of(numbers).mapToObj(ServerId::new).collect(Collectors.toUnmodifiableSet());
    }
}
