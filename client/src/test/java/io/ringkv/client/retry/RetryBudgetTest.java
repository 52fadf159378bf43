package io.ringkv.client.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RetryBudgetTest {

    @Test
    void tenSuccessesPayForOneRetry() {
        RetryBudget budget = new RetryBudget(2, 0.1, 0, 0);
        budget.spend(0);
        budget.spend(0);
        assertThat(budget.allows(0)).isFalse();

        for (int i = 0; i < 11; i++) {
            budget.succeeded();
        }

        assertThat(budget.allows(0)).isTrue();
        budget.spend(0);
        assertThat(budget.allows(0)).isFalse();
    }

    @Test
    void timeFillsItALittle() {
        RetryBudget budget = new RetryBudget(1, 0, 2, 0);
        budget.spend(0);

        assertThat(budget.allows(TimeUnit.MILLISECONDS.toNanos(400))).isFalse();
        assertThat(budget.allows(TimeUnit.MILLISECONDS.toNanos(501))).isTrue();
    }

    @Test
    void neverHoldsMoreThanItsCapacity() {
        RetryBudget budget = new RetryBudget(3, 1, 1_000, 0);
        for (int i = 0; i < 100; i++) {
            budget.succeeded();
        }
        int retries = 0;
        while (budget.allows(0)) {
            budget.spend(0);
            retries++;
        }

        assertThat(retries).isEqualTo(3);
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> new RetryBudget(0, 0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RetryBudget(1, 2, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
