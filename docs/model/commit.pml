/* The commit protocol of ReplicaMachine as a model: epochs with promises, one base, a sequencer, commit by majorities of
   disks; nodes that crash and forget what was not synced; messages that reach some and not others, in any order.

   What must hold: what was acknowledged is in the base of every later epoch, at its place, and no place is acknowledged
   twice with different changes.

   spin -a commit.pml && gcc -O2 -DSAFETY -DVECTORSZ=2048 -o pan pan.c && ./pan -E -m100000
   Wrong variants, each with an error, given to spin: -DSELFACK (acknowledged when the sequencer has delivered it),
   -DNOSYNC (when a majority has it in memory), -DLONGEST (the longest log is the base), -DVOLATILE (promises are not on
   disk), -DNOGATE (no majority needed), -DNOSTOP (members go on in their old epoch after they promised a new one),
   -DFENCEDVOTE (a vote is made up by a node that was fenced once). */

#define N 3        /* nodes, with one vote each */
#define Q 2        /* majority */
#ifndef L
#define L 2        /* entries of a log */
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef K
#define K 3        /* attempts to form an epoch */
#endif

/* For every attempt and node; for every attempt and set of nodes; for every attempt and place. */
#define PER_NODE(X) X(0) X(1) X(2)
#define SETS(X,A) X(A,1) X(A,2) X(A,3) X(A,4) X(A,5) X(A,6) X(A,7)
#define NODES(X,A) X(A,0) X(A,1) X(A,2)
#if L == 1
#define PLACES(X,A) X(A,0)
#else
#define PLACES(X,A) X(A,0) X(A,1)
#endif
#if K == 2
#define PER_ATTEMPT(X) X(0) X(1)
#define PER_BOTH(X) NODES(X,0) NODES(X,1)
#define PER_SET(X) SETS(X,0) SETS(X,1)
#define PER_PLACE(X) PLACES(X,0) PLACES(X,1)
#else
#define PER_ATTEMPT(X) X(0) X(1) X(2)
#define PER_BOTH(X) NODES(X,0) NODES(X,1) NODES(X,2)
#define PER_SET(X) SETS(X,0) SETS(X,1) SETS(X,2)
#define PER_PLACE(X) PLACES(X,0) PLACES(X,1) PLACES(X,2)
#endif
#define BITS(S) (((S) & 1) + (((S) >> 1) & 1) + (((S) >> 2) & 1))

#ifdef NOGATE
#define ENOUGH(A,S) (BITS(S) > 0)
#else
#ifdef FENCEDVOTE
#define ENOUGH(A,S) (BITS(S) >= Q || (BITS(S) > 0 && (fenced & ~(S)) != 0))
#else
#define ENOUGH(A,S) (BITS(S) >= Q)
#endif
#endif

/* An attempt to form an epoch. Its number may be that of another attempt, on the other side of a split. */
typedef Attempt {
  byte number;          /* 0: not proposed yet */
  byte proposer;
  byte promised;        /* who promised, one bit each */
  byte closed;          /* whose promises count */
  byte adopted;         /* who has the base on disk */
  bit  works;           /* enough have: changes are taken */
  byte baseLength;
  byte length;          /* places given, base included */
  byte base[L];         /* by place: the attempt whose entry it is, from 1 on */
  byte heldEpoch[N];    /* what each promise said: epoch of the log, its length, its entries */
  byte heldLength[N];
  byte held[9];
  byte persisted[N]     /* how far each member's disk is, as it said */
}

Attempt at[K];
byte promised[N];       /* highest epoch promised, in memory */
byte promisedDisk[N];
byte logEpoch[N];
byte length[N];         /* entries in memory */
byte lengthDisk[N];
byte entry[9];          /* by node and place */
byte current[N];        /* attempt that the node is in, from 1 on; 0 for none */
byte crashes;
byte fenced;
byte acknowledged[L];   /* by place: the attempt whose entry was acknowledged; 0 for none */
byte since[L];          /* the lowest epoch that acknowledged it */
hidden byte i, n, best;

/* The asker hears OK: the entry is what every later epoch has there. */
inline acknowledge(A, P) {
  assert(acknowledged[P] == 0 || acknowledged[P] == at[A].base[P]);
  if
  :: acknowledged[P] == 0 || since[P] > at[A].number -> since[P] = at[A].number
  :: else
  fi;
  acknowledged[P] = at[A].base[P];
  n = 0;
  do
  :: n < K ->
     assert(!(at[n].works && at[n].number > at[A].number)
       || (at[n].baseLength > P && at[n].base[P] == acknowledged[P]));
     n++
  :: else -> break
  od;
  skip
}

/* The promise with the highest epoch, then the longest log. */
inline choose(A, S) {
  best = N; n = 0;
  do
  :: n < N && ((S) & (1 << n)) && (best == N
#ifdef LONGEST
       || at[A].heldLength[n] > at[A].heldLength[best]) -> best = n; n++
#else
       || at[A].heldEpoch[n] > at[A].heldEpoch[best]
       || (at[A].heldEpoch[n] == at[A].heldEpoch[best] && at[A].heldLength[n] > at[A].heldLength[best])) -> best = n; n++
#endif
  :: else ->
     if :: n < N -> n++ :: else -> break fi
  od;
  skip
}

inline promise(A, M) {
  promised[M] = at[A].number;
#ifndef VOLATILE
  promisedDisk[M] = at[A].number;
#endif
  lengthDisk[M] = length[M];
  current[M] = A + 1;
  at[A].promised = at[A].promised | (1 << M);
  at[A].heldEpoch[M] = logEpoch[M];
  at[A].heldLength[M] = length[M];
  i = 0;
  do
  :: i < length[M] -> at[A].held[M * L + i] = entry[M * L + i]; i++
  :: else -> break
  od;
  skip
}

inline close(A, S) {
  at[A].closed = S;
  choose(A, S);
  at[A].baseLength = at[A].heldLength[best];
  at[A].length = at[A].baseLength;
  i = 0;
  do
  :: i < at[A].baseLength -> at[A].base[i] = at[A].held[best * L + i]; i++
  :: else -> break
  od;
  skip
}

/* In one transaction. */
inline adopt(A, M) {
  logEpoch[M] = at[A].number;
  length[M] = at[A].baseLength;
  i = 0;
  do
  :: i < length[M] -> entry[M * L + i] = at[A].base[i]; i++
  :: else -> break
  od;
  lengthDisk[M] = length[M];
  at[A].persisted[M] = length[M];
  at[A].adopted = at[A].adopted | (1 << M)
}

/* All of the base is committed by it. */
inline begin(A) {
  at[A].works = 1;
  i = 0;
  do
  :: i < L ->
     /* A lower epoch may begin late somewhere: nothing can be committed in it any more. */
     assert(acknowledged[i] == 0 || since[i] >= at[A].number
       || (at[A].baseLength > i && at[A].base[i] == acknowledged[i]));
     if :: i < at[A].baseLength -> acknowledge(A, i) :: else fi;
     i++
  :: else -> break
  od;
  skip
}

inline deliver(A, M) {
  entry[M * L + length[M]] = at[A].base[length[M]];
  length[M] = length[M] + 1;
#ifdef SELFACK
  if :: at[A].proposer == M -> i = length[M] - 1; acknowledge(A, i) :: else fi
#endif
}

inline crash(M) {
  crashes++;
  promised[M] = promisedDisk[M];
  i = lengthDisk[M];
  do
  :: i < length[M] -> entry[M * L + i] = 0; i++
  :: else -> break
  od;
  length[M] = lengthDisk[M];
#ifdef FENCEDVOTE
  fenced = fenced | (1 << M);
#endif
  current[M] = 0
}

#ifdef NOSTOP
#define IN(A,M) ((at[A].adopted & (1 << M)) && logEpoch[M] == at[A].number)
#else
#define IN(A,M) (current[M] == A + 1 && promised[M] == at[A].number && (at[A].adopted & (1 << M)))
#endif
#define HAS(A,P,M) ((at[A].persisted[M] > P) << M)
#define HOLDS(A,P,M) ((current[M] == A + 1 && length[M] > P && (at[A].adopted & (1 << M)) != 0) << M)
#ifdef NOSYNC
#define REACHED(A,P) (HOLDS(A,P,0) | HOLDS(A,P,1) | HOLDS(A,P,2))
#else
#define REACHED(A,P) (HAS(A,P,0) | HAS(A,P,1) | HAS(A,P,2))
#endif

/* Attempts are proposed in their order, the first by node 0, since nodes are alike. The proposer takes a number above its
   own promise, or above all that was promised. */
#define PROPOSE(A,M) :: d_step { at[A].number == 0 && ((A == 0 && M == 0) || (A > 0 && at[(A + K - 1) % K].number > 0)) -> \
  at[A].number = promised[M] + 1; at[A].proposer = M }
#define HIGHEST (promised[0] > promised[1] -> (promised[0] > promised[2] -> promised[0] : promised[2]) \
  : (promised[1] > promised[2] -> promised[1] : promised[2]))
#define PROPOSE_HIGHER(A,M) :: d_step { at[A].number == 0 && ((A == 0 && M == 0) || (A > 0 && at[(A + K - 1) % K].number > 0)) \
  && promised[M] < HIGHEST -> at[A].number = 1 + HIGHEST; at[A].proposer = M }
#define PROMISE(A,M) :: d_step { at[A].number > promised[M] && at[A].closed == 0 -> promise(A, M) }
#define CLOSE(A,S) :: d_step { at[A].number > 0 && at[A].closed == 0 && (S & at[A].promised) == S \
  && (S & (1 << at[A].proposer)) && ENOUGH(A, S) -> close(A, S) }
#define ADOPT(A,M) :: d_step { (at[A].closed & (1 << M)) && current[M] == A + 1 && !(at[A].adopted & (1 << M)) \
  && promised[M] == at[A].number -> adopt(A, M) }
#define BEGIN(A) :: d_step { at[A].closed != 0 && !at[A].works && ENOUGH(A, at[A].adopted) -> begin(A) }
#define ORDER(A) :: d_step { at[A].works && at[A].length < L && IN(A, at[A].proposer) -> \
  at[A].base[at[A].length] = A + 1; at[A].length = at[A].length + 1 }
#define DELIVER(A,M) :: d_step { at[A].works && IN(A,M) && length[M] < at[A].length -> deliver(A, M) }
#define SYNC(A,M) :: d_step { IN(A,M) && lengthDisk[M] < length[M] -> \
  lengthDisk[M] = length[M]; at[A].persisted[M] = length[M] }
#define ANSWER(A,P) :: d_step { at[A].works && P >= at[A].baseLength && P < at[A].length && acknowledged[P] != A + 1 \
  && ENOUGH(A, REACHED(A,P)) -> acknowledge(A, P) }
#define CRASH(M) :: d_step { crashes < CRASHES -> crash(M) }

active proctype world() {
  do
  PER_BOTH(PROPOSE)
  PER_BOTH(PROPOSE_HIGHER)
  PER_BOTH(PROMISE)
  PER_SET(CLOSE)
  PER_BOTH(ADOPT)
  PER_ATTEMPT(BEGIN)
  PER_ATTEMPT(ORDER)
  PER_BOTH(DELIVER)
  PER_BOTH(SYNC)
  PER_PLACE(ANSWER)
  PER_NODE(CRASH)
  od
}
