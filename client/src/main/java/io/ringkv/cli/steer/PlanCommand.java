package io.ringkv.cli.steer;

import io.ringkv.cli.ClientCommand;
import io.ringkv.cli.Console;
import io.ringkv.client.RingKvClient;
import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.PlanQuestion;
import org.jspecify.annotations.Nullable;

/** Base of commands that say what a change would cost. They change nothing. */
abstract class PlanCommand extends ClientCommand {

    @Override
    protected int run(RingKvClient client, Console console) throws Exception {
        return PlanReport.show(client, console, question().build(), change(), timeout());
    }

    /** What is to be planned. */
    abstract PlanQuestion.Builder question();

    /** What makes it true; null if no command does. */
    @Nullable
    ChangeRequest change() {
        return null;
    }
}
