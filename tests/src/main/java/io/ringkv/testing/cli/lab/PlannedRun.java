package io.ringkv.testing.cli.lab;

import io.ringkv.client.ClientOptions;
import io.ringkv.client.RingKvClient;
import io.ringkv.testing.lab.check.Verdict;
import io.ringkv.testing.lab.nemesis.Ability;
import io.ringkv.testing.lab.nemesis.Fault;
import io.ringkv.testing.lab.nemesis.Nemesis;
import io.ringkv.testing.lab.nemesis.ProcessCluster;
import io.ringkv.testing.lab.run.Disturbance;
import io.ringkv.testing.lab.run.LabRun;
import io.ringkv.testing.lab.run.RunResult;
import io.ringkv.testing.lab.workload.WorkloadKind;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Does what a plan says, on a cluster of its own or on another, and leaves its record in a directory. Used once. */
final class PlannedRun {
    private final PlanDocument document;
    private final Map<String, String> environment;
    private final RunTalk talk;

    PlannedRun(PlanDocument document, Map<String, String> environment, RunTalk talk) {
        this.document = document;
        this.environment = environment;
        this.talk = talk;
    }

    /** A name for a run. Each has keys of its own, so that it may assume to find nothing. */
    static String newName(WorkloadKind workload, long seed) {
        return workload + "." + seed + "." + Long.toString(System.currentTimeMillis(), 36);
    }

    RunResult run(RunDirectory directory) throws Exception {
        RunResult result = document.servers() > 0 ? onOwnCluster(directory) : onOther(directory);
        directory.writeResult(document.plan(), result);
        return result;
    }

    private RunResult onOther(RunDirectory directory) throws Exception {
        document.write(directory.path());
        return new LabRun(document.endpoints(), document.plan(), Disturbance.none(), talk).run();
    }

    private RunResult onOwnCluster(RunDirectory directory) throws Exception {
        int servers = document.servers();
        int managers = ThrowAwayCluster.managers();
        Set<Ability> abilities = EnumSet.noneOf(Ability.class);
        for (Fault fault : document.schedule()) {
            fault.kind().need().ifPresent(abilities::add);
        }
        talk.say("starting " + servers + " servers and " + managers + " managers in " + directory.path()
                + (abilities.isEmpty() ? "" : ", with " + abilities));
        try (ProcessCluster own = ThrowAwayCluster.start(directory.path(), servers, abilities, environment)) {
            String addresses = ClusterDirectory.endpoints(own.directory());
            new PlanDocument(document.plan(), servers, addresses, document.schedule()).write(directory.path());
            talk.say(document.schedule().size() + " faults are scheduled");
            RunResult result;
            try (RingKvClient observer = RingKvClient.connect(ClientOptions.of(addresses))) {
                Nemesis faults = new Nemesis(own, document.schedule(), observer, servers, managers, talk::fault);
                result = new LabRun(addresses, document.plan(), faults, talk).run();
                talk.say("the cluster was whole " + faults.healedMillis() + " ms after the last operation");
            }
            if (result.verdict() == Verdict.OK) {
                own.destroyKeepingLogs(directory.path().resolve("logs"));
            } else {
                talk.say("the data of the cluster is kept in " + own.directory());
            }
            return result;
        }
    }
}
