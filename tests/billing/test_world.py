def test_a_trial(world):
    ada = world.member(email="ada@example.org")
    print(world.gate(ada))
    sub = world.start_trial(ada)
    print(sub.status, sub.trial_ends_at, world.gate(ada))
    world.tick()
    print(world.mailbox.sent)
    world.advance(days=31)
    print(world.mailbox.sent, sub.status)
