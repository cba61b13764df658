"""The load test: a whole exam day sent through a real server, and what was acknowledged proven.

Two kinds of process take part. The runner (``python -m loadtest``) starts the server, lets Locust
loose, waits until the record is complete and compares. Locust's processes play the participants
and write down every reply. The runner never imports Locust, which patches the whole process.

    plan       what one participant will do: pure, the same for the same seed
    protocol   what goes over the wire, and what is right about a reply
    device     one device: it numbers its changes and keeps what it has yet to send
    sitter     plays a plan on its devices
    connection one keep-alive connection, at the least cost
    wire       a participant's way to the server: retried, and counted by Locust
    user       the Locust user, the hall it sits in and the shape that ends the run
    orders     what the runner tells Locust's processes
    journal    every reply, written down
    reconcile  the journal against the record
    stack      the server under test
    machine    what the run ran on
    watch      the recorder's lag and the CPU used, while it runs
    result     the numbers, for machines and for people
"""
