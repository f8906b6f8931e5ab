"""Proof that nothing is lost and nothing doubled, whatever crashes.

People ask and answer on a real Synapse while the bot's process is killed again and again, the
homeserver goes away, and the network in between lies. In the end the homeserver's own timelines
are read, and every reply that had to come is counted. One chat is encrypted.

    plan      what happens, from a seed: how each life ends, what people say
    zygote    one process that has imported everything and forks a bot for each life
    mortal    the store and the front of such a bot, which die where they are told
    light     what stands in for the two models
    lives     the zygote as the harness sees it
    proxy     the network between bot and homeserver, which fails on purpose
    people    who they are, where they are, and what was said and is owed
    traffic   what they say
    check     the timelines against what had to be said; pure
    trial     all of it together
    report    what is told of it
"""
