package io.ringkv.testing.lab.check;

import io.ringkv.testing.lab.history.Datum;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gives the values of one key numbers, so that states compare quickly. Used by one thread. */
final class ValueTable {
    /** Numbers below stand for texts; decimal values that small count as texts. */
    private static final long SMALLEST_NUMBER = Long.MIN_VALUE + (1L << 40);

    private static final long FIRST_TEXT = RegisterStep.IMPOSSIBLE + 1;

    private final Map<String, Long> states = new HashMap<>();
    private final List<String> texts = new ArrayList<>();

    /** The state of a register with this value; nothing is an absent key. */
    long state(Datum value) {
        String text = value.text();
        if (text == null) {
            if (value != Datum.nothing()) {
                return textState(value.toString());
            }
            return RegisterStep.ABSENT;
        }
        Long number = number(text);
        return number != null ? number : textState(text);
    }

    private long textState(String text) {
        return states.computeIfAbsent(text, unseen -> {
            texts.add(text);
            return FIRST_TEXT + texts.size() - 1;
        });
    }

    /** Whether a state is a number that stands for itself. */
    static boolean isNumber(long state) {
        return state >= SMALLEST_NUMBER;
    }

    /** The number that a text writes in the one usual way, or null. */
    static @Nullable Long number(String text) {
        if (text.isEmpty() || text.length() > 20) {
            return null;
        }
        try {
            long number = Long.parseLong(text);
            return isNumber(number) && Long.toString(number).equals(text) ? number : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** A state for people. */
    String describe(long state) {
        if (state == RegisterStep.ABSENT) {
            return "absent";
        }
        if (state == RegisterStep.UNSEEN) {
            return "a value that was never seen";
        }
        return isNumber(state) ? Long.toString(state) : texts.get((int) (state - FIRST_TEXT));
    }
}
