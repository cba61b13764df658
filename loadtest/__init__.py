"""The load test: a whole exam day sent through a real server, and what was acknowledged proven.

Two kinds of process take part. The runner (``python -m loadtest``) starts the server, lets Locust
loose, waits until the record is complete and compares. Locust's processes play the participants
and write down every reply. The runner never imports Locust, which patches the whole process.

What will happen
    scenarios  a line each: how many, how fast, by which plan
    plan       what a participant of the day does: pure, the same for the same seed
    tempo      who comes when, and how fast, in the day and in the hold
    doors      everybody comes within a minute; deadline: all hand in within half of one
    orders     what the runner tells Locust's processes

In Locust's processes
    user       the Locust user, the hall it sits in and the shape that ends the run
    sitter     plays a plan on its devices
    device     one device: it numbers its changes and keeps what it has yet to send
    protocol   what goes over the wire, and what is right about a reply
    wire       a participant's way to the server: on time, retried, counted
    connection one keep-alive connection, at the least cost
    journal    every reply, written down
    pulse      what was counted, a line a second

In the runner
    asked      what was asked for
    run        one run from start to end
    server     a server as the runner sees it; stack: one of the run's own
    crowd      Locust's processes
    watch      looks every second; samples: what it saw; progress: how it says so
    machine    what the run ran on, and who uses its cores

Afterwards
    judging    a run's folder and the record, put together
    reconcile  the journal against the record
    tally      the figures of the requests; timeline: their course
    result     the document of the run; goals: what it is held to; verdict: what is wrong with it
    show       for a terminal; page and plot: for a browser

Beside the runs
    storm      the overload's sender
    bench      what an operation costs beside an empty route
    faults     kills, power cuts, bad networks, stores set back
    report     what all of them found, in RESULTS.md
"""
