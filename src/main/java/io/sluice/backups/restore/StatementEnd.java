package io.sluice.backups.restore;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Finds the semicolon that ends a statement, told one byte after the other: not one within quotes, dollar quotes,
 * comments, parentheses, or the body of a function in standard SQL.
 */
final class StatementEnd {
    private static final int WORDS_THAT_TELL = 4;

    private enum Where {
        PLAIN,
        STRING,
        ESCAPE_STRING,
        NAME,
        LINE_COMMENT,
        BLOCK_COMMENT,
        DOLLAR_TAG,
        DOLLAR
    }

    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private final StringBuilder tag = new StringBuilder();
    private Where where = Where.PLAIN;
    private int comments;
    private int parentheses;
    private int bodies;
    private int closing;
    private boolean skip;

    /**
     * Takes one byte.
     *
     * @param next the byte behind it; negative at the end
     */
    boolean isAt(int one, int next) {
        if (skip) {
            skip = false;
            return false;
        }
        switch (where) {
            case PLAIN -> {
                return plain(one, next);
            }
            case STRING, NAME -> {
                if (one == (where == Where.STRING ? '\'' : '"')) {
                    endQuote(one, next);
                }
            }
            case ESCAPE_STRING -> {
                if (one == '\\') {
                    skip = true;
                } else if (one == '\'') {
                    endQuote(one, next);
                }
            }
            case LINE_COMMENT -> {
                if (one == '\n') {
                    where = Where.PLAIN;
                }
            }
            case BLOCK_COMMENT -> blockComment(one, next);
            case DOLLAR_TAG -> {
                tag.append((char) one);
                if (one == '$') {
                    where = Where.DOLLAR;
                    closing = 0;
                }
            }
            case DOLLAR -> dollar(one);
        }
        return false;
    }

    private boolean plain(int one, int next) {
        if (isWordPart(one)) {
            word.append((char) one);
            return false;
        }
        String before = word.toString();
        endWord();
        if (one == '\'') {
            where = before.equalsIgnoreCase("e") ? Where.ESCAPE_STRING : Where.STRING;
        } else if (one == '"') {
            where = Where.NAME;
        } else if (one == '-' && next == '-') {
            where = Where.LINE_COMMENT;
        } else if (one == '/' && next == '*') {
            where = Where.BLOCK_COMMENT;
            comments = 1;
            skip = true;
        } else if (one == '$' && before.isEmpty() && (next == '$' || isTagStart(next))) {
            tag.setLength(0);
            tag.append('$');
            where = Where.DOLLAR_TAG;
        } else if (one == '(') {
            parentheses++;
        } else if (one == ')') {
            parentheses--;
        } else {
            return one == ';' && parentheses <= 0 && bodies == 0;
        }
        return false;
    }

    /** A doubled quote stands for itself. */
    private void endQuote(int one, int next) {
        if (next == one) {
            skip = true;
        } else {
            where = Where.PLAIN;
        }
    }

    private void blockComment(int one, int next) {
        if (one == '/' && next == '*') {
            comments++;
            skip = true;
        } else if (one == '*' && next == '/') {
            comments--;
            skip = true;
            if (comments == 0) {
                where = Where.PLAIN;
            }
        }
    }

    private void dollar(int one) {
        if (one == tag.charAt(closing)) {
            closing++;
            if (closing == tag.length()) {
                where = Where.PLAIN;
            }
        } else {
            closing = one == '$' ? 1 : 0;
        }
    }

    /** The words that tell whether this makes a function, and then those that begin and end blocks in its body. */
    private void endWord() {
        if (word.isEmpty()) {
            return;
        }
        String ended = word.toString().toLowerCase(Locale.ROOT);
        word.setLength(0);
        if (words.size() < WORDS_THAT_TELL) {
            words.add(ended);
        }
        if (parentheses > 0 || !makesRoutine()) {
            return;
        }
        if (ended.equals("begin") || (ended.equals("case") && bodies > 0)) {
            bodies++;
        } else if (ended.equals("end") && bodies > 0) {
            bodies--;
        }
    }

    private boolean makesRoutine() {
        int kind = words.size() > 2 && words.get(1).equals("or") ? 3 : 1;
        return words.get(0).equals("create")
                && words.size() > kind
                && (words.get(kind).equals("function") || words.get(kind).equals("procedure"));
    }

    private static boolean isWordPart(int one) {
        return isTagStart(one) || (one >= '0' && one <= '9');
    }

    private static boolean isTagStart(int one) {
        return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z') || one == '_' || one >= 0x80;
    }
}
