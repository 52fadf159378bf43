package io.ringkv.common.config;

import java.util.regex.Pattern;

/**
 * Writes the file that documents all settings of a process: each with its meaning, bounds and default, commented out, so
 * that a copy keeps following the defaults of later releases except where somebody decided otherwise.
 */
public final class ConfigTemplate {

    private static final int LINE_CHARACTERS = 100;
    private static final Pattern PLAIN_YAML = Pattern.compile("[A-Za-z0-9/][A-Za-z0-9._/:,+-]*");

    private ConfigTemplate() {}

    /**
     * The whole file.
     *
     * @param title what the process is, in a few words
     */
    public static String render(String title, Settings settings) {
        StringBuilder text = new StringBuilder();
        comment(text, title + ": all settings with their defaults.");
        text.append("#\n");
        comment(
                text,
                "Remove the # in front of a setting to change it. A flag wins over the environment, the environment over"
                        + " this file. Keys may also be nested. An unknown key is an error.");
        String group = "";
        for (Setting<?> setting : settings.all()) {
            String itsGroup = groupOf(setting.key());
            if (!itsGroup.equals(group)) {
                text.append("\n# ---- ").append(itsGroup).append(" ----\n");
                group = itsGroup;
            }
            text.append('\n');
            render(text, setting);
        }
        return text.toString();
    }

    private static <T> void render(StringBuilder text, Setting<T> setting) {
        comment(text, setting.meaning());
        if (!setting.tooSmall().isEmpty()) {
            comment(text, "Too small: " + setting.tooSmall());
        }
        if (!setting.tooLarge().isEmpty()) {
            comment(text, "Too large: " + setting.tooLarge());
        }
        comment(
                text,
                "Value: " + setting.type().expected() + (setting.unit().isEmpty() ? "" : "; in " + setting.unit()));
        comment(
                text,
                "Environment: " + setting.environmentName()
                        + (setting.reloadable() ? "; can be changed while running" : ""));
        String value = setting.type().format(setting.defaultValue());
        text.append('#')
                .append(setting.key())
                .append(": ")
                .append(quoted(value))
                .append('\n');
    }

    private static String groupOf(String key) {
        int dot = key.indexOf('.');
        return dot < 0 ? "general" : key.substring(0, dot);
    }

    private static String quoted(String value) {
        return PLAIN_YAML.matcher(value).matches() && !value.endsWith(":")
                ? value
                : "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** Appends a comment, broken into lines between words. */
    private static void comment(StringBuilder text, String sentence) {
        StringBuilder line = new StringBuilder("#");
        for (String word : sentence.strip().split("\\s+", -1)) {
            if (line.length() + 1 + word.length() > LINE_CHARACTERS) {
                text.append(line).append('\n');
                line = new StringBuilder("#");
            }
            line.append(' ').append(word);
        }
        text.append(line).append('\n');
    }
}
