package io.ringkv.testing.lab.file;

import io.ringkv.testing.lab.history.Datum;
import io.ringkv.testing.lab.history.Event;
import io.ringkv.testing.lab.history.FaultEvent;
import io.ringkv.testing.lab.history.Outcome;

/** Renders events as Jepsen does; the value is a pair of key and value. Threading: stateless. */
final class EdnLines {
    private EdnLines() {}

    static String line(EventOrder.Line line) {
        StringBuilder text = new StringBuilder(128);
        Event event = line.event();
        FaultEvent fault = line.fault();
        if (event != null) {
            text.append("{:process ").append(event.process()).append(", :type :");
            Outcome outcome = event.outcome();
            text.append(outcome == null ? "invoke" : outcome.text());
            text.append(", :f :").append(event.function().text()).append(", :value [");
            string(text, event.key());
            text.append(' ');
            value(text, event.value());
            text.append(']');
            if (!event.error().isEmpty()) {
                text.append(", :error ");
                string(text, event.error());
            }
            text.append(", :time ").append(event.timeNanos());
        } else if (fault != null) {
            text.append("{:process :nemesis, :type :info, :f :")
                    .append(fault.function())
                    .append(", :value ");
            value(text, fault.value());
            text.append(", :time ").append(fault.timeNanos());
        }
        return text.append(", :index ").append(line.index()).append('}').toString();
    }

    private static void value(StringBuilder text, Datum datum) {
        if (datum instanceof Datum.Items several) {
            char before = '[';
            for (Datum part : several.parts()) {
                text.append(before);
                value(text, part);
                before = ' ';
            }
            text.append(several.parts().isEmpty() ? "[]" : "]");
            return;
        }
        String value = datum.text();
        if (value == null) {
            text.append("nil");
        } else if (isWhole(value)) {
            text.append(value);
        } else {
            string(text, value);
        }
    }

    /** Whether the text is a whole number that reads back as the same text. */
    static boolean isWhole(String text) {
        if (text.isEmpty() || text.length() > 20) {
            return false;
        }
        try {
            return Long.toString(Long.parseLong(text)).equals(text);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static void string(StringBuilder text, String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < ' ' || c >= 0x7f) {
                        text.append("\\u%04x".formatted((int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}
