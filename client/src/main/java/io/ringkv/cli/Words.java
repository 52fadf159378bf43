package io.ringkv.cli;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.error.RingKvException;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a line into words like a shell: blanks separate, single and double quotes hold together, a backslash takes the
 * next character as it is (not inside single quotes). Threading: stateless.
 */
public final class Words {
    private Words() {}

    /**
     * Words of one line.
     *
     * @throws RingKvException INPUT_MALFORMED when a quote is not closed
     */
    public static List<String> of(String line) {
        List<List<String>> commands = split(line, false);
        return commands.isEmpty() ? List.of() : commands.get(0);
    }

    /**
     * Words of several commands, separated by semicolons outside quotes or by line ends; empty commands are left out.
     *
     * @throws RingKvException INPUT_MALFORMED when a quote is not closed
     */
    public static List<List<String>> ofCommands(String text) {
        return split(text, true);
    }

    private static List<List<String>> split(String text, boolean semicolons) {
        List<List<String>> commands = new ArrayList<>();
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
                word.append(text.charAt(++i));
                inWord = true;
            } else if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
                inWord = true;
            } else if (Character.isWhitespace(c) || (semicolons && c == ';')) {
                inWord = endWord(words, word, inWord);
                if (semicolons && (c == ';' || c == '\n')) {
                    words = endCommand(commands, words);
                }
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (quote != 0) {
            throw new RingKvException(ErrorCode.INPUT_MALFORMED, "A quote (" + quote + ") is not closed in: " + text);
        }
        endWord(words, word, inWord);
        endCommand(commands, words);
        return commands;
    }

    private static boolean endWord(List<String> words, StringBuilder word, boolean inWord) {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
        }
        return false;
    }

    private static List<String> endCommand(List<List<String>> commands, List<String> words) {
        if (words.isEmpty()) {
            return words;
        }
        commands.add(words);
        return new ArrayList<>();
    }
}
