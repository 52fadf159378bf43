package io.ringkv.common.error;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A failure with a code, for people and for programs.
 *
 * <p>The message reads {@code CODE: sentence. cause. what to do next.}: the sentence names the limit and the value, the
 * cause is left out if there is none, and the last part is the code's advice unless a better one is known.
 */
public class RingKvException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final int number;
    private final long retryAfterMillis;
    private final transient Map<String, String> details;

    /**
     * A failure with the advice of its code.
     *
     * @param sentence what happened, naming limit and value; a full stop is added if it has none
     */
    public RingKvException(ErrorCode code, String sentence) {
        this(builder(code).sentence(sentence));
    }

    /**
     * A failure with the advice of its code and a cause, whose message becomes part of this one.
     *
     * @param sentence what happened, naming limit and value; a full stop is added if it has none
     */
    public RingKvException(ErrorCode code, String sentence, Throwable cause) {
        this(builder(code).sentence(sentence).cause(cause));
    }

    private RingKvException(Builder builder) {
        super(builder.message(), builder.throwable);
        this.code = builder.code;
        this.number = builder.number;
        this.retryAfterMillis = builder.retryAfterMillis;
        this.details = Collections.unmodifiableMap(new TreeMap<>(builder.details));
    }

    /** Starts a failure that has more to say than a sentence. */
    public static Builder builder(ErrorCode code) {
        return new Builder(code, code.number());
    }

    /**
     * A failure as another process reported it.
     *
     * @param number number from the wire; one that is younger than this release acts as its family, and 0, which is no
     *     error, as an internal one
     * @param message complete message of the sender, taken over as it is; may be empty
     */
    public static RingKvException fromWire(int number, String message, long retryAfterMillis) {
        ErrorCode code = number == ErrorCode.OK.number() ? ErrorCode.INTERNAL : ErrorCode.ofWire(number);
        Builder builder = new Builder(code, number).retryAfterMillis(retryAfterMillis);
        if (message.isEmpty()) {
            builder.sentence(builder.code.meaning());
        } else {
            builder.completeMessage = message;
        }
        return builder.build();
    }

    /** What kind of failure it is. */
    public ErrorCode code() {
        return code;
    }

    /** The decision it asks of the caller. */
    public ErrorFamily family() {
        return code.family();
    }

    /** Number of the code: differs from that of {@link #code()} only if the sender knows more codes than this release. */
    public int number() {
        return number;
    }

    /** How long to wait before trying again; 0 if nothing was said. */
    public long retryAfterMillis() {
        return retryAfterMillis;
    }

    /** Facts for programs, by name, in the order of names. Empty after Java serialization. */
    public Map<String, String> details() {
        return details == null ? Map.of() : details;
    }

    /** Collects what a failure has to say. Used by one thread. */
    public static final class Builder {

        private final ErrorCode code;
        private final int number;
        private final Map<String, String> details = new TreeMap<>();
        private String sentence;
        private String reason = "";
        private String advice;
        private long retryAfterMillis;
        private @Nullable Throwable throwable;
        private @Nullable String completeMessage;

        private Builder(ErrorCode code, int number) {
            if (code == ErrorCode.OK) {
                throw new IllegalArgumentException("code: OK (expected: an error)");
            }
            this.code = code;
            this.number = number;
            this.sentence = code.meaning();
            this.advice = code.advice();
        }

        /** What happened, naming limit and value. Default: the meaning of the code. */
        public Builder sentence(String text) {
            this.sentence = Objects.requireNonNull(text, "text");
            return this;
        }

        /** Why it happened, for people. Default: nothing. */
        public Builder reason(String text) {
            this.reason = Objects.requireNonNull(text, "text");
            return this;
        }

        /** What to do next. Default: the advice of the code. */
        public Builder advice(String text) {
            this.advice = Objects.requireNonNull(text, "text");
            return this;
        }

        /** The failure behind this one; its message becomes the reason unless one is given. */
        public Builder cause(Throwable cause) {
            this.throwable = Objects.requireNonNull(cause, "cause");
            return this;
        }

        /** How long to wait before trying again; below 0 counts as 0. */
        public Builder retryAfterMillis(long millis) {
            this.retryAfterMillis = Math.max(0, millis);
            return this;
        }

        /** Adds a fact for programs. */
        public Builder detail(String name, Object value) {
            details.put(name, value.toString());
            return this;
        }

        /** The failure, ready to be thrown. */
        public RingKvException build() {
            return new RingKvException(this);
        }

        private String message() {
            if (completeMessage != null) {
                return completeMessage;
            }
            StringBuilder message = new StringBuilder(code.name()).append(':');
            appendSentence(message, sentence);
            appendSentence(message, reason.isEmpty() ? describe(throwable) : reason);
            appendSentence(message, advice);
            return message.toString();
        }

        private static String describe(@Nullable Throwable cause) {
            if (cause == null) {
                return "";
            }
            String text = cause.getMessage();
            String type = cause.getClass().getSimpleName();
            return text == null || text.isBlank() ? type : type + ": " + text;
        }

        private static void appendSentence(StringBuilder message, String text) {
            String stripped = text.strip();
            if (stripped.isEmpty()) {
                return;
            }
            message.append(' ').append(stripped);
            if (".!?".indexOf(stripped.charAt(stripped.length() - 1)) < 0) {
                message.append('.');
            }
        }
    }
}
