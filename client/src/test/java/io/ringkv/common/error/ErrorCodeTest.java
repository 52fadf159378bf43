package io.ringkv.common.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Numbers are for ever, and enough to decide by. */
class ErrorCodeTest {

    private static final Pattern SENTENCE = Pattern.compile("[A-Z].*[^.]\\.");

    @Test
    void givesNoNumberTwice() {
        Set<Integer> numbers = new HashSet<>();
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(numbers.add(code.number()))
                    .as("%s %d", code, code.number())
                    .isTrue();
        }
    }

    @Test
    void isListedInTheOrderOfNumbers() {
        assertThat(List.of(ErrorCode.values())).extracting(ErrorCode::number).isSorted();
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void isFoundByItsNumber(ErrorCode code) {
        assertThat(ErrorCode.ofNumber(code.number())).isEqualTo(code);
        assertThat(ErrorCode.ofWire(code.number())).isEqualTo(code);
        assertThat(ErrorFamily.ofNumber(code.number())).isEqualTo(code.family());
    }

    @ParameterizedTest
    @EnumSource(ErrorFamily.class)
    void givesEachFamilyItsGeneralCode(ErrorFamily family) {
        ErrorCode general = family.generalCode();

        assertThat(general.number()).isEqualTo(family.firstNumber());
        assertThat(general.family()).isEqualTo(family);
        assertThat(general.effect()).isEqualTo(family.effect());
        assertThat(general.exitCode()).isEqualTo(family.exitCode());
        assertThat(general.grpcStatus()).isEqualTo(family.grpcStatus());
        assertThat(general.httpStatus()).isEqualTo(family.httpStatus());
        assertThat(family.decision()).matches(SENTENCE);
    }

    @ParameterizedTest
    @CsvSource({
        "199, INVALID_ARGUMENT",
        "299, NOT_FOUND",
        "399, CONDITION_FAILED",
        "499, STALE",
        "599, NOT_LEADER",
        "699, OVERLOADED",
        "799, READ_ONLY",
        "899, UNAVAILABLE",
        "999, OUTCOME_UNKNOWN",
        "1099, FORBIDDEN",
        "1199, INTERNAL",
        // outside every range nothing can be promised
        "1, INTERNAL",
        "99, INTERNAL",
        "1200, INTERNAL",
        "-1, INTERNAL",
        "-100, INTERNAL",
        "2147483647, INTERNAL",
        "-2147483648, INTERNAL",
    })
    void actsOnYoungerNumbersAsTheirFamily(int number, ErrorCode acted) {
        assertThat(ErrorCode.ofNumber(number)).isNull();
        assertThat(ErrorCode.ofWire(number)).isEqualTo(acted);
    }

    @ParameterizedTest
    @EnumSource(value = ErrorCode.class, names = "OK", mode = EnumSource.Mode.EXCLUDE)
    void saysWhatHappenedAndWhatToDo(ErrorCode code) {
        assertThat(code.meaning()).matches(SENTENCE);
        assertThat(code.advice()).matches(SENTENCE);
        assertThat(code.exitCode()).isNotEqualTo(ExitCode.OK);
        assertThat(code.httpStatus()).isBetween(400, 599);
        assertThat(code.grpcStatus()).isNotEqualTo(GrpcStatus.OK);
        assertThat(code.effect()).isNotEqualTo(Effect.APPLIED);
    }

    /** The fear: a script retries, or gives up, because an exit code says less or more than is known. */
    @ParameterizedTest
    @EnumSource(value = ErrorCode.class, names = "OK", mode = EnumSource.Mode.EXCLUDE)
    void promisesNotAppliedOnlyWhereItIsCertain(ErrorCode code) {
        boolean doubtful = code.effect() == Effect.UNKNOWN;

        if (code.exitCode() == ExitCode.UNAVAILABLE) {
            assertThat(doubtful).isFalse();
        }
        assertThat(code.exitCode() == ExitCode.OUTCOME_UNKNOWN).isEqualTo(code.family() == ErrorFamily.OUTCOME_UNKNOWN);
        if (doubtful) {
            assertThat(code.family()).isIn(EnumSet.of(ErrorFamily.OUTCOME_UNKNOWN, ErrorFamily.INTERNAL));
        }
    }

    /** These four statuses never come from gRPC itself, and docs/errors.md tells foreign clients to trust them. */
    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void givesTrustedGrpcStatusesOnlyToWhatWasNotApplied(ErrorCode code) {
        boolean trusted = EnumSet.of(
                        GrpcStatus.INVALID_ARGUMENT,
                        GrpcStatus.NOT_FOUND,
                        GrpcStatus.FAILED_PRECONDITION,
                        GrpcStatus.ABORTED)
                .contains(code.grpcStatus());

        if (trusted) {
            assertThat(code.effect()).isEqualTo(Effect.NOT_APPLIED);
        }
    }

    @ParameterizedTest
    @EnumSource(GrpcStatus.class)
    void namesGrpcStatusesAsGrpcDoes(GrpcStatus status) {
        assertThat(status.value()).isEqualTo(Status.Code.valueOf(status.name()).value());
    }

    @Test
    void keepsTheExitCodesScriptsKnow() {
        assertThat(List.of(ExitCode.values()))
                .extracting(ExitCode::value)
                .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 70, 74, 78, 79, 130);
        assertThat(ErrorCode.KEY_NOT_FOUND.exitCode().value()).isEqualTo(3);
        assertThat(ErrorCode.VALUE_MISMATCH.exitCode().value()).isEqualTo(4);
        assertThat(ErrorCode.NO_LEADER.exitCode().value()).isEqualTo(5);
        assertThat(ErrorCode.OUTCOME_UNKNOWN.exitCode().value()).isEqualTo(6);
        assertThat(ErrorCode.UNHEALTHY.exitCode().value()).isEqualTo(8);
        assertThat(ErrorCode.KEY_TOO_LARGE.exitCode().value()).isEqualTo(9);
        assertThat(ErrorCode.SAFETY_REFUSED.exitCode().value()).isEqualTo(10);
        assertThat(ErrorCode.DISK_FAILED.exitCode().value()).isEqualTo(74);
        assertThat(ErrorCode.UNKNOWN_CONFIG_KEY.exitCode().value()).isEqualTo(78);
    }
}
