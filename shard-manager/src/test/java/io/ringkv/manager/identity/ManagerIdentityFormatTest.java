package io.ringkv.manager.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.id.ManagerId;
import io.ringkv.manager.state.Clusters;
import io.ringkv.manager.state.Founding;
import io.ringkv.process.IdentityLines;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManagerIdentityFormatTest {

    private static final Founding FOUNDING = Clusters.founding(3, 6, 3);
    private static final ManagerIdentity FRESH = ManagerIdentity.fresh(new ManagerId(1));

    private final ManagerIdentityFormat format = new ManagerIdentityFormat();

    @Test
    void readsWhatItWrote() {
        ManagerIdentity founder = FRESH.withFounding(FOUNDING);

        assertThat(format.read(format.write(FRESH))).isEqualTo(FRESH);
        assertThat(format.read(format.write(founder))).isEqualTo(founder);
        assertThat(format.read(format.write(founder.asMember()))).isEqualTo(founder.asMember());
        assertThat(founder.record()).isEqualTo(Clusters.manager(1));
    }

    @Test
    void refusesWhatIsIncompleteOrMakesNoSense() {
        assertThatThrownBy(() -> format.read(IdentityLines.NONE)).hasMessageContaining("\"manager\"");
        assertThatThrownBy(() -> format.read(format.write(FRESH).with("founding", "AAAA")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> format.read(format.write(FRESH).with("member", "true")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("member of no group");
    }

    @Test
    void keepsTheStandingOfOneThatCameLater() {
        Standing known = new Standing(Clusters.CLUSTER, null, Clusters.manager(1), 0);
        ManagerIdentity standby = FRESH.withStanding(known);
        ManagerIdentity prepared =
                standby.withStanding(known.prepared(FOUNDING.managerGroup(), Clusters.manager(1), 4));

        for (ManagerIdentity identity : List.of(
                standby, prepared, prepared.asMember(), prepared.asMember().asGone())) {
            assertThat(format.read(format.write(identity))).isEqualTo(identity);
        }
        assertThat(prepared.asMember().asGone().isGone()).isTrue();
        assertThat(prepared.group()).isEqualTo(FOUNDING.managerGroup());
        assertThat(prepared.preparedBy()).isEqualTo(4);
        assertThatThrownBy(standby::asMember).hasMessageContaining("member of no group");
    }

    @Test
    void refusesAFoundingOfOthers() {
        assertThatThrownBy(() -> new ManagerIdentity(new ManagerId(9), FOUNDING, null, false, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not among the founders");
    }
}
