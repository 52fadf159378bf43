package io.ringkv.testing.lab.history;

/** What kind of data a function takes and gives, so that histories from files are checked before they are judged. */
final class Shape {
    private Shape() {}

    /**
     * Checks what an operation was given.
     *
     * @throws IllegalArgumentException if that is not what the function takes
     */
    static void checkInput(Function function, Datum input) {
        switch (function) {
            case CAS, CAS_ALL ->
                require(
                        input.items().size() == 2 && input.items().stream().noneMatch(Datum.Items.class::isInstance),
                        function,
                        input,
                        "what is expected, and what is new");
            case INCREMENT, COUNT -> require(isNumber(input), function, input, "a number");
            case WRITE, WRITE_ALL, ADD, INSERT, REMOVE ->
                require(input instanceof Datum.Text, function, input, "one value");
            case READ, SESSION_READ, DELETE, TOTAL, MEMBERS, READ_ALL, SCAN -> {}
        }
    }

    /**
     * Checks what an operation that happened has returned.
     *
     * @throws IllegalArgumentException if that is not what the function gives
     */
    static void checkOutput(Function function, Datum output) {
        switch (function) {
            case INCREMENT -> require(isNumber(output), function, output, "the sum");
            case COUNT, TOTAL -> require(output == Datum.nothing() || isNumber(output), function, output, "the sum");
            case MEMBERS, READ_ALL, SCAN ->
                require(
                        output instanceof Datum.Items
                                && output.items().stream().noneMatch(Datum.Items.class::isInstance),
                        function,
                        output,
                        "several values");
            case READ, SESSION_READ -> require(!(output instanceof Datum.Items), function, output, "one value");
            case WRITE, CAS, DELETE, ADD, WRITE_ALL, CAS_ALL, INSERT, REMOVE -> {}
        }
    }

    private static boolean isNumber(Datum datum) {
        String text = datum.text();
        if (text == null) {
            return false;
        }
        try {
            return Long.toString(Long.parseLong(text)).equals(text);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static void require(boolean holds, Function function, Datum datum, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "the value of " + function.text() + " is " + datum + " (expected: " + expected + ")");
        }
    }
}
