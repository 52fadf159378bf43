package io.ringkv.testing.arch;

import static com.tngtech.archunit.base.DescribedPredicate.describe;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import java.io.Serializable;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** What code that must be repeatable does not call: clocks, randomness without a seed, threads, files, sockets. */
final class ForbiddenCalls {
    private static final Set<String> CLOCKS = Set.of(
            "java.lang.System.currentTimeMillis",
            "java.time.Instant.now",
            "java.time.LocalDate.now",
            "java.time.LocalDateTime.now",
            "java.time.LocalTime.now",
            "java.time.OffsetDateTime.now",
            "java.time.ZonedDateTime.now",
            "java.time.InstantSource.system");

    private static final List<Class<?>> RANDOM_SOURCES =
            List.of(Random.class, SecureRandom.class, SplittableRandom.class, ThreadLocalRandom.class);

    private ForbiddenCalls() {}

    /** The wall clock of the machine, or a random number that no seed can repeat. */
    static DescribedPredicate<JavaCall<?>> wallClockOrUnseededRandom() {
        return describe("the wall clock or unseeded randomness", call -> readsClock(call) || drawsUnseeded(call));
    }

    /** As above, and also the monotonic clock and sleeping. */
    static DescribedPredicate<JavaCall<?>> anyClockOrUnseededRandom() {
        return describe(
                "a clock or unseeded randomness",
                call -> readsClock(call) || drawsUnseeded(call) || is(call, "java.lang.System.nanoTime"));
    }

    /** Types that reach outside the process or run code at another time. Exceptions of those packages are values. */
    static DescribedPredicate<JavaClass> threadOrInputOutput() {
        return describe("threads, executors, files or sockets", type -> {
            if (type.isAssignableTo(Throwable.class) || type.isEquivalentTo(Serializable.class)) {
                return false;
            }
            String packageName = type.getPackageName();
            return type.isEquivalentTo(Thread.class)
                    || type.isAssignableTo(Executor.class)
                    || type.isEquivalentTo(java.util.concurrent.Executors.class)
                    || packageName.equals("java.io")
                    || packageName.startsWith("java.net")
                    || packageName.startsWith("java.nio.channels")
                    || packageName.startsWith("java.nio.file");
        });
    }

    private static boolean readsClock(JavaCall<?> call) {
        boolean systemClock = call.getTargetOwner().isEquivalentTo(Clock.class)
                && call.getName().startsWith("system");
        return systemClock || CLOCKS.contains(qualifiedName(call));
    }

    private static boolean drawsUnseeded(JavaCall<?> call) {
        CodeUnitCallTarget target = call.getTarget();
        boolean constructor = target.getName().equals("<init>");
        boolean withoutSeed = target.getRawParameterTypes().isEmpty();
        JavaClass owner = call.getTargetOwner();
        if (constructor && withoutSeed && RANDOM_SOURCES.stream().anyMatch(owner::isEquivalentTo)) {
            return true;
        }
        return owner.isEquivalentTo(ThreadLocalRandom.class)
                || owner.isEquivalentTo(SecureRandom.class)
                || is(call, "java.lang.Math.random")
                || (owner.isEquivalentTo(UUID.class) && target.getName().equals("randomUUID"))
                || (owner.isEquivalentTo(RandomGenerator.class)
                        && target.getName().equals("getDefault"));
    }

    private static boolean is(JavaCall<?> call, String qualifiedName) {
        return qualifiedName(call).equals(qualifiedName);
    }

    private static String qualifiedName(JavaCall<?> call) {
        return call.getTargetOwner().getName() + "." + call.getName();
    }
}
