package io.ringkv.testing.arch.violations.client;

import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Breaks a rule on purpose: wall clock and unseeded randomness only in wiring. */
public final class ReadsWallClock {
    long now() {
        return System.currentTimeMillis();
    }

    Instant instant() {
        return Instant.now();
    }

    Clock clock() {
        return Clock.systemUTC();
    }

    double unseeded() {
        return new Random().nextDouble();
    }

    int threadLocal() {
        return ThreadLocalRandom.current().nextInt();
    }

    double math() {
        return Math.random();
    }

    UUID uuid() {
        return UUID.randomUUID();
    }

    long allowedMonotonicTime() {
        return System.nanoTime();
    }

    double allowedSeeded(long seed) {
        return new Random(seed).nextDouble();
    }
}
