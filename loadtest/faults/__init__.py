"""The fault harness: the public protocol under kills, power cuts, bad networks and set-back stores.

A run starts an installation of its own, lets devices sit in it that keep journals as the page does,
writes down every reply, hurts the system by a schedule that a seed draws, and compares in the end.

What happens
    scenarios   what is done to the system, a module a kind of fault
    schedule    when what is hurt: drawn from the seed
    size        how much of everything

Who takes part
    house       the installation, its processes in our hand
    power       the power cut: a shim below Valkey (power.c), and the files cut back
    proxy       a bad network
    page        a device as the page is; asking: until it is answered
    book        what its browser keeps; exchange: its connection
    crowd       how participants behave
    ground      what a scenario stands on: an event, people, the judgement

Afterwards
    draining    waiting for the recorder
    record      what Postgres holds
    rule        the rule, against what devices were told
    campaign    the scenarios one after the other, the table and the document
"""
