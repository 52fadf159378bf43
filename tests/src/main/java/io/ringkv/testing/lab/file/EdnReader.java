package io.ringkv.testing.lab.file;

import java.io.IOException;
import java.io.PushbackReader;
import java.io.Reader;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads EDN (extensible data notation) form by form, without holding more than one. Whole numbers are {@link Long} or
 * {@link BigInteger}; lists, vectors and sets are {@link List}; keywords are {@link EdnKeyword}; other atoms are text; a
 * tagged form is the form itself. Used by one thread.
 */
final class EdnReader {
    /** End of input, where a form may begin. */
    static final Object END = new Object();

    /** A form that the text itself says to ignore. */
    private static final Object DISCARDED = new Object();

    private static final int MAX_DEPTH = 64;
    private static final int MAX_TOKEN = 4 << 20;
    private static final int MAX_ELEMENTS = 10_000_000;
    private static final int NO_CHARACTER = -1;

    private final PushbackReader in;
    private int line = 1;

    EdnReader(Reader in) {
        this.in = new PushbackReader(in, 1);
    }

    /** Line of the next character, from 1. */
    int line() {
        return line;
    }

    /**
     * The next form; {@link #END} if there is none.
     *
     * @throws EdnException if the text is no EDN
     */
    @Nullable
    Object next() throws IOException {
        Object form = DISCARDED;
        while (form == DISCARDED) {
            form = form(0);
        }
        return form;
    }

    /** Skips the bracket of a vector if that is what comes next; its forms then come one by one. */
    boolean enterVector() throws IOException {
        int c = skipBlank();
        if (c == '[') {
            return true;
        }
        unread(c);
        return false;
    }

    /** The next form inside of a vector that was entered; {@link #END} after the last. */
    @Nullable
    Object nextOfVector() throws IOException {
        while (true) {
            int c = skipBlank();
            if (c == ']') {
                return END;
            }
            unread(c);
            Object form = form(1);
            if (form == END) {
                throw broken("']' is missing");
            }
            if (form != DISCARDED) {
                return form;
            }
        }
    }

    private @Nullable Object form(int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw broken("nested more than " + MAX_DEPTH + " deep");
        }
        int c = skipBlank();
        return switch (c) {
            case NO_CHARACTER -> END;
            case '"' -> string();
            case '\\' -> character();
            case ':' -> keyword();
            case '(' -> elements(')', depth);
            case '[' -> elements(']', depth);
            case '{' -> map(depth);
            case '#' -> dispatch(depth);
            case ')', ']', '}' -> throw broken("'" + (char) c + "' closes nothing");
            default -> {
                unread(c);
                yield atom(token());
            }
        };
    }

    private @Nullable Object dispatch(int depth) throws IOException {
        int c = read();
        return switch (c) {
            case '{' -> elements('}', depth);
            case '_' -> {
                content(depth + 1);
                yield DISCARDED;
            }
            case '#' -> token(); // ##Inf, ##NaN
            default -> {
                unread(c);
                if (token().isEmpty()) {
                    throw broken("'#' without a tag");
                }
                yield content(depth + 1);
            }
        };
    }

    /** A form that must be there. */
    private @Nullable Object content(int depth) throws IOException {
        Object form = DISCARDED;
        while (form == DISCARDED) {
            form = form(depth);
        }
        if (form == END) {
            throw broken("the text ends in the middle");
        }
        return form;
    }

    private List<@Nullable Object> elements(char close, int depth) throws IOException {
        List<@Nullable Object> elements = new ArrayList<>();
        while (true) {
            int c = skipBlank();
            if (c == close) {
                return elements;
            }
            unread(c);
            Object form = form(depth + 1);
            if (form == END) {
                throw broken("'" + close + "' is missing");
            }
            if (form != DISCARDED) {
                elements.add(form);
            }
            if (elements.size() > MAX_ELEMENTS) {
                throw broken("more than " + MAX_ELEMENTS + " elements");
            }
        }
    }

    private Map<Object, @Nullable Object> map(int depth) throws IOException {
        List<@Nullable Object> elements = elements('}', depth);
        if (elements.size() % 2 != 0) {
            throw broken("a map has a key without a value");
        }
        Map<Object, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < elements.size(); i += 2) {
            Object key = elements.get(i);
            map.put(key == null ? "nil" : key, elements.get(i + 1));
        }
        return map;
    }

    private String string() throws IOException {
        StringBuilder text = new StringBuilder();
        while (true) {
            int c = read();
            switch (c) {
                case NO_CHARACTER -> throw broken("a string does not end");
                case '"' -> {
                    return text.toString();
                }
                case '\\' -> text.append(escaped());
                default -> text.append((char) c);
            }
            if (text.length() > MAX_TOKEN) {
                throw broken("a string has more than " + MAX_TOKEN + " characters");
            }
        }
    }

    private char escaped() throws IOException {
        int c = read();
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case '"', '\\', '/' -> (char) c;
            case 'u' -> {
                StringBuilder digits = new StringBuilder();
                for (int i = 0; i < 4; i++) {
                    int digit = read();
                    if (Character.digit(digit, 16) < 0) {
                        throw broken("\\u wants four hexadecimal digits");
                    }
                    digits.append((char) digit);
                }
                yield (char) Integer.parseInt(digits.toString(), 16);
            }
            default -> throw broken("unknown escape in a string");
        };
    }

    private String character() throws IOException {
        int first = read();
        if (first == NO_CHARACTER) {
            throw broken("a character is missing");
        }
        String name = (char) first + token();
        return switch (name) {
            case "newline" -> "\n";
            case "space" -> " ";
            case "tab" -> "\t";
            case "return" -> "\r";
            default -> name;
        };
    }

    private EdnKeyword keyword() throws IOException {
        String name = token();
        if (name.isEmpty()) {
            throw broken("':' without a name");
        }
        return new EdnKeyword(name);
    }

    private @Nullable Object atom(String token) throws EdnException {
        return switch (token) {
            case "nil" -> null;
            case "true" -> true;
            case "false" -> false;
            case "" -> throw broken("an unexpected character");
            default -> number(token);
        };
    }

    /** The whole number that a token writes, else the token. */
    private static Object number(String token) {
        char first = token.charAt(0);
        boolean sign = (first == '-' || first == '+') && token.length() > 1;
        int last = token.endsWith("N") ? token.length() - 1 : token.length();
        for (int i = sign ? 1 : 0; i < last; i++) {
            if (token.charAt(i) < '0' || token.charAt(i) > '9') {
                return token;
            }
        }
        if (last == (sign ? 1 : 0)) {
            return token;
        }
        BigInteger value = new BigInteger(token.substring(first == '+' ? 1 : 0, last));
        return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
    }

    /** Characters up to what ends a token. */
    private String token() throws IOException {
        StringBuilder token = new StringBuilder();
        while (true) {
            int c = read();
            if (c == NO_CHARACTER || isBlank(c) || "()[]{}\";".indexOf(c) >= 0) {
                unread(c);
                return token.toString();
            }
            token.append((char) c);
            if (token.length() > MAX_TOKEN) {
                throw broken("a token has more than " + MAX_TOKEN + " characters");
            }
        }
    }

    /** The next character that is neither blank nor part of a comment. */
    private int skipBlank() throws IOException {
        int c = read();
        while (isBlank(c) || c == ';') {
            if (c == ';') {
                while (c != '\n' && c != NO_CHARACTER) {
                    c = read();
                }
            } else {
                c = read();
            }
        }
        return c;
    }

    private static boolean isBlank(int c) {
        return c == ',' || (c != NO_CHARACTER && Character.isWhitespace(c));
    }

    private int read() throws IOException {
        int c = in.read();
        if (c == '\n') {
            line++;
        }
        return c;
    }

    private void unread(int c) throws IOException {
        if (c != NO_CHARACTER) {
            in.unread(c);
            line -= c == '\n' ? 1 : 0;
        }
    }

    private static EdnException broken(String reason) {
        return new EdnException(reason);
    }
}
