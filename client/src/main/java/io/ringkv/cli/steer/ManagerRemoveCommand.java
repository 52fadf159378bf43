package io.ringkv.cli.steer;

import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.PlanQuestion;
import io.ringkv.rpc.RemoveManager;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code manager remove MANAGER}. */
@Command(
        name = "remove",
        description = {
            "Take a manager out of the manager group, or send a standby away. Its process",
            "stops by itself. Refused where no majority of the others would be left."
        },
        footer = {
            "",
            "Examples:",
            "  ringkv manager remove m2 --wait     # dead or alive",
            "  ringkv manager remove m1 --plan"
        })
public final class ManagerRemoveCommand extends LongChangeCommand {

    @Parameters(index = "0", paramLabel = "MANAGER", description = "Label or id of a member or standby.")
    private String manager = "";

    @Override
    ChangeRequest.Builder change() {
        return ChangeRequest.newBuilder()
                .setRemoveManager(RemoveManager.newBuilder().setManager(manager));
    }

    @Override
    PlanQuestion plan() {
        return PlanQuestion.newBuilder()
                .setRemoveManager(change().getRemoveManager())
                .build();
    }

    @Override
    String describe(ChangeReply reply) {
        return "Manager " + manager + (reply.getChanged() ? " is taken out." : " was taken out before.");
    }

    @Override
    Progress progress(ClusterStatus status) {
        return ManagerChanges.progress(status, manager, false);
    }

    @Override
    String howToStop() {
        return "wait, it is given up by itself after member.change-timeout";
    }
}
