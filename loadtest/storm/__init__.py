"""The overload's sender: one process that offers more than a server can take, and costs little.

Locust's participants cost as much CPU a request as the server's saves. To offer three times what
the machine can take, on its own two cores, requests are sent here as bytes on connections of
uvloop, and replies read no further than they must be.

    mix      what is asked for next: logins of newcomers, saves and submits of those inside
    people   an insider and a newcomer: what they send, and what is right about a reply
    caller   one connection
    hall     the people, their tries, and what is written down of them
    phases   come in · probe · closed loop · three times that, open · probe
    probe    when saves are as usual again
    notes    what the sender leaves for the document of the run
"""
