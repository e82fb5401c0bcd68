// The fault tests mostly wait, for processes to start and for the mock broker's sessions to end: two at a time on two cores would take twice as long.
[assembly: Xunit.v3.Parallelization(MaxThreads = 4)]
