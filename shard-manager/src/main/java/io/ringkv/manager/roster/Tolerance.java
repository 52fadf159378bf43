package io.ringkv.manager.roster;

/** How many more members a group can lose, and what a change does to that. Pure arithmetic of majorities. */
public final class Tolerance {

    private Tolerance() {}

    /** Members that must agree. */
    public static int majority(int members) {
        return members / 2 + 1;
    }

    /** How many of those that live may still be lost before no majority is left; negative if none is left now. */
    public static int lossesSurvived(int members, int alive) {
        return alive - majority(members);
    }

    /**
     * Whether to remove the dead makes the group survive more than before, though nobody takes their place. It does so only
     * if two go, or one of an even number: to go from three to two gains nothing, and a dead member that returns after all
     * would be of no use any more.
     */
    public static boolean isShrinkingAGain(int members, int alive) {
        return alive >= majority(members) && lossesSurvived(alive, alive) > lossesSurvived(members, alive);
    }
}
