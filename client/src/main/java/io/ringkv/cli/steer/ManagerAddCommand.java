package io.ringkv.cli.steer;

import io.ringkv.rpc.AddManager;
import io.ringkv.rpc.ChangeReply;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.ClusterStatus;
import io.ringkv.rpc.PlanQuestion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code manager add MANAGER}. */
@Command(
        name = "add",
        description = {
            "Make a manager a member of the manager group: one that stands by, or one that",
            "runs at an address and belongs to no cluster. Refused while a member is silent."
        },
        footer = {"", "Examples:", "  ringkv manager add m4 --wait", "  ringkv manager add host4:8400 --plan"})
public final class ManagerAddCommand extends LongChangeCommand {

    @Parameters(index = "0", paramLabel = "MANAGER", description = "Label or id of a standby, or HOST:PORT.")
    private String manager = "";

    @Override
    ChangeRequest.Builder change() {
        return ChangeRequest.newBuilder().setAddManager(AddManager.newBuilder().setManager(manager));
    }

    @Override
    PlanQuestion plan() {
        return PlanQuestion.newBuilder().setAddManager(change().getAddManager()).build();
    }

    @Override
    String describe(ChangeReply reply) {
        return "Manager " + manager + (reply.getChanged() ? " becomes a member." : " was a member before.");
    }

    @Override
    Progress progress(ClusterStatus status) {
        return ManagerChanges.progress(status, manager, true);
    }

    @Override
    String howToStop() {
        return "wait, it is given up by itself after member.change-timeout";
    }
}
