using StreamMoe.DriftMoe.Lifecycle;

namespace StreamMoe.Studies.Lifecycle;

/// <summary>The part of the page that explains; its numbers are the options' defaults.</summary>
internal static class LifecycleText
{
    private static readonly LifecycleOptions s_default = new();

    /// <value>The rules, with the defaults in force.</value>
    public static string Rules { get; } = $"""
        # The lifecycle of the pool
        Which experts of the default model run, when, and what decides it. Options are named `lifecycle.…`; the numbers are their defaults.

        ## States of a slot
        A slot is the place of one expert with all its opinions.
        ```
                   warning (background)            drift, inputs, quiet time
          Parked ───────────────────▶ Background ─────────────────────────▶ Trial
            ▲  ▲ ▲◀── no drift came ──────┘                                 │ │ ▲
            │  │ └───────────────── dropped: worth nothing ─────────────────┘ │ │
            │  └──────── pruned: worth nothing ─────────────┐    promoted     │ │
            │                                            Active ◀─────────────┘ │
            │                             restored ──▶ ▲    │ says what others  │
            └── merged: still agrees ── Shadow ────────┘◀───┘ say               │
            └───────────── drift, inputs, quiet time ───────────────────────────┘
        ```
        | state | tests and learns | is heard | event on entry |
        |---|---|---|---|
        | Active | yes | yes | Promote, Restore |
        | Trial | yes | yes, from nothing: stacker weights 0, records afresh | Spawn |
        | Shadow | yes | no: its twins have its weight | Shadow |
        | Background | yes | no | Background |
        | Parked | no; its state is kept | no | Drop, Prune, Merge |

        Every change of state is told by exactly one event; no other change is possible (`SlotStates`). Decisions fall at fixed counts of learned
        instances, so they are a function of the rows: a drift is answered at each {s_default.ReactEvery} (`reactEvery`), experts are judged at each {s_default.Interval} (`interval`).

        ## Rules
        - **Prune.** The slot that is worth least is parked when the mixture's log-loss would rise by less than {s_default.ParkBelow} nats without it (`parkBelow`),
          averaged over at least {s_default.Evidence:N0} instances, every fourth one sampled (`evidence`). One slot at a time: the worth of all others is then measured on.
          At least {s_default.LeastRunning} opinions of active work remain (`leastRunning`); work on trial do not count, or a newcomer would push a settled expert
          out before it has proved anything.
        - **Merge.** A slot whose opinions each have a twin in another slot: equal classes on 95 % of 1,000 samples, wrong together on half of the samples on
          which one is wrong, and worth nothing; or equal on 99 % and wrong together on 90 %, whatever it is worth, because two such work protect each other.
          The twins get its stacker weights, and a router bias that keeps the mean routing mass; no other expert's weight moves by a bit.
        - **Shadow.** The merged slot runs on unheard for {s_default.Shadow:N0} instances (`shadow`). At their end it is parked if the twins agreed on 95 % of them and the
          log-loss would not be lower by {s_default.ParkBelow} nats with its weight given back; else it gets its weight back. A drift gives it back at once. One at a time; the
          slots that have its weight are not parked meanwhile.
        - **Spawn.** On a drift all parked work are tried, for {s_default.Trial:N0} instances (`trial`), then no drift is answered for {s_default.Refractory:N0} (`refractory`). After
          {s_default.TryEvery:N0} instances without a drift (`tryEvery`) the next parked slot in turn is tried. One that was dropped f times since the last drift or promotion pauses for
          `tryEvery`·2^(f+1) first, with at most {s_default.BackOff} doublings (`backOff`).
        - **Promote, drop.** By the rule of pruning, at the end of the trial; those to be dropped go one by one, because several that each seem to be worth
          nothing may be worth much together.
        - **Revive.** The running experts are written down when a concept has lasted 2,000, 4,000, 8,000, … instances. On a drift the last of these goes to the
          archive ({s_default.Archive} concepts, 64 MiB; `archive`), and behind it the archived experts race against the present ones on the 100 to 200 instances since the drift: those that
          win by more than chance, and do as well as they did then, take their places.
        - **Reserve** (`reserve`, empty by default). Kinds that the pool lacks: they take no time and no memory until they are tried, one at a time (`reserveTrials`), on drift and in quiet
          times, and start afresh after each drop. With the default pool it does not pay: on agrawal-abrupt (200,000 instances, seeds 1 to 3) an adaptive tree, an eager
          tree and a slower naive Bayes gave 94.69 % against 94.58 % without, but so did three copies of `majority` (94.68 %), which no one listens to: the difference is the router's
          other start. On random-tree, hyperplane-fast, waveform-shifted and sea-abrupt all were within 0.05 points of it, as were larger neighbour windows and
          further temporal experts on electricity and noaa-weather. It serves a small pool: `no-change majority` with `forgetting-bayes` in reserve finds it on LED (a test).

        ## Signals
        | signal | source | detector | what follows |
        |---|---|---|---|
        | Drift | `mixture` | ADWIN, δ {s_default.DriftDelta} (`driftDelta`), on every error | trials, archive, race |
        | Warning | `mixture` | ADWIN, δ {s_default.WarningDelta} (`warningDelta`) | with `background=true` parked experts learn for {LifecycleOptions.BackgroundLength:N0} instances; else nothing |
        | Drift, Warning | an expert | HDDM_A, one-sided, on every 4th error of an opinion that is heard | nothing: experts look after themselves, and worth is measured all the time |
        | Warning | `input:` and an attribute | Kolmogorov-Smirnov or chi-square, windows of 200 of every 10th event, Holm over the attributes, 0.0001 a test | without labels: see below |
        | Warning | `confidence` | HDDM_A on 1 − the largest probability of every 10th event | without labels: see below |

        Inputs and confidence are watched at each event, labelled or not, once and in order; a late label is no event. Of wide events 32 attributes are seen at a time, in
        rotation, so the cost has a bound. When they drift in a stretch of more than {s_default.Interval} events without a label, nothing is reset, for nobody knows yet whether
        it matters; when labels come again, parked work get their trial. While labels come, the mixture's error decides alone: streams like electricity change their inputs all the time.
        A source is reported at most once in 1,000 instances (inputs and confidence: 5,000 events); a replay keeps 10,000 signals.

        Background learning is off by default: the warning comes at most a few checks of 32 instances before the drift, so it gains next to nothing: 150,000 instances,
        seeds 1 to 3, sine-abrupt 98.46 % with it and 98.47 % without, sea-abrupt 89.61 % either way.

        Sources: replace only if better, Brzeziński and Stefanowski 2014 (AUE2); removal of useless experts, Kolter and Maloof 2007 (DWM); old experts race against new ones,
        Anderson, Koh, Dobbie and Bifet 2019 (ECPF); input tests, Rabanser, Günnemann and Lipton 2019. The merge with a shadow and the reserve are ours.

        """;
}
