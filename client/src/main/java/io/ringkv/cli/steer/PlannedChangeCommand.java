package io.ringkv.cli.steer;

import io.ringkv.cli.Console;
import io.ringkv.client.RingKvClient;
import io.ringkv.rpc.PlanQuestion;
import picocli.CommandLine.Option;

/** Base of changes whose cost can be seen before. */
abstract class PlannedChangeCommand extends ChangeCommand {

    @Option(names = "--plan", description = "Change nothing; say what it would cost, or why it is refused.")
    private boolean plan;

    @Override
    protected final int run(RingKvClient client, Console console) throws Exception {
        return plan
                ? PlanReport.show(client, console, plan(), request().build(), timeout())
                : carryOut(client, console);
    }

    /** Makes the change. */
    int carryOut(RingKvClient client, Console console) throws Exception {
        return super.run(client, console);
    }

    /** What is to be planned. */
    abstract PlanQuestion plan();
}
