package io.ringkv.cli.look;

/**
 * One thing that {@code doctor} looked at.
 *
 * @param check name of the check
 * @param severity how bad it is
 * @param evidence what was seen, with figures
 * @param impact what comes of it; empty when nothing is wrong
 * @param help the command that helps, or what to do; empty when nothing is wrong
 */
record Complaint(String check, Severity severity, String evidence, String impact, String help) {

    /** How bad it is. */
    enum Severity {
        /** Nothing is wrong. */
        OK,
        /** Nothing is lost yet; look after it. */
        WARNING,
        /** Something does not work, or the next failure costs data or service. */
        FAILURE
    }

    static Complaint ok(String check, String evidence) {
        return new Complaint(check, Severity.OK, evidence, "", "");
    }

    static Complaint warning(String check, String evidence, String impact, String help) {
        return new Complaint(check, Severity.WARNING, evidence, impact, help);
    }

    static Complaint failure(String check, String evidence, String impact, String help) {
        return new Complaint(check, Severity.FAILURE, evidence, impact, help);
    }
}
