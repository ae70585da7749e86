#!/usr/bin/env bash
# A Slurm of two nodes on this computer, on the loopback address only, for the tests marked `slurm`.
#
#   cluster.sh have          whether its programs are installed
#   cluster.sh install       Debian's packages, if root and they can be had
#   cluster.sh begin DIR     starts it; everything it writes stays in DIR
#   cluster.sh end DIR       cancels its jobs and ends what `begin` started, by process id
#   cluster.sh lose DIR N    ends the daemon of node N with all that it runs, as a node that is switched off
#   cluster.sh mend DIR N    starts that node again
set -eu

have() { command -v slurmctld && command -v slurmd && command -v sbatch; } >/dev/null

install() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  export DEBIAN_FRONTEND=noninteractive
  local get="timeout 120 apt-get -qq -o Acquire::http::Timeout=15 -o Acquire::Retries=0"
  $get install -y --no-install-recommends slurm-wlm >&2 && return
  $get update >&2 || true
  $get install -y --no-install-recommends slurm-wlm >&2
}

# a port that nobody listens on
free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

configure() {
  local me; me=$(id -un)
  cat >"$dir/slurm.conf" <<END
ClusterName=tremplin-tests
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=$(free_port)
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmUser=$me
SlurmdUser=$me
AuthType=auth/none
CredType=cred/none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool-%n
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd-%n.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd-%n.log
SlurmdParameters=config_overrides
ReturnToService=2
SlurmdTimeout=10
KillWait=5
MinJobAge=60
OverTimeLimit=0
MaxArraySize=10001
NodeName=node1 NodeHostname=$(hostname) NodeAddr=127.0.0.1 Port=$(free_port) CPUs=2 RealMemory=6000
NodeName=node2 NodeHostname=$(hostname) NodeAddr=127.0.0.1 Port=$(free_port) CPUs=2 RealMemory=6000
PartitionName=small Nodes=node1,node2 Default=YES MaxTime=1-00:00:00 State=UP
PartitionName=one Nodes=node1 MaxTime=1-00:00:00 State=UP
END
}

idle() { [ "$(sinfo -h -p small -t idle -o %D 2>/dev/null)" = 2 ]; }

begin() {
  mkdir -p "$dir/state" "$dir/spool-node1" "$dir/spool-node2"
  configure
  slurmctld -f "$dir/slurm.conf"
  slurmd -f "$dir/slurm.conf" -N node1
  slurmd -f "$dir/slurm.conf" -N node2
  for _ in $(seq 120); do
    idle && return
    sleep 0.5
  done
  echo "cluster.sh: the nodes do not come up; see $dir/*.log" >&2
  end
  exit 1
}

# ends the process of a file of process ids, if it is one of ours
stop() {
  local pid
  pid=$(cat "$1" 2>/dev/null) || return 0
  case "$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null)" in
  *"$dir"*) kill "-$2" "$pid" 2>/dev/null || true ;;
  esac
}

gone() { [ ! -d "/proc/$1" ] || [ "$(cut -d' ' -f3 "/proc/$1/stat")" = Z ]; }

end() {
  local file pid
  scancel --user "$(id -un)" 2>/dev/null || true
  for _ in $(seq 20); do
    [ -z "$(squeue -h 2>/dev/null)" ] && break
    sleep 0.5
  done
  for file in "$dir"/slurmd-node1.pid "$dir"/slurmd-node2.pid "$dir"/slurmctld.pid; do
    pid=$(cat "$file" 2>/dev/null) || continue
    stop "$file" TERM
    for _ in $(seq 20); do
      gone "$pid" && break
      sleep 0.25
    done
    stop "$file" KILL
  done
}

# every process below one, itself last
below() {
  local child
  for child in $(ps -o pid= --ppid "$1"); do below "$child"; done
  echo "$1"
}

lose() {
  local script step
  stop "$dir/slurmd-$1.pid" KILL
  for script in $(pgrep -f -- "$dir/spool-$1/"); do # the scripts of its jobs, each below a daemon of its own
    step=$(ps -o ppid= -p "$script") || continue
    case "$(ps -o args= -p $step)" in slurmstepd*) below $step | xargs -r kill -KILL 2>/dev/null || true ;; esac
  done
}

verb=${1:?have, install, begin, end, lose or mend}
case $verb in
have | install) $verb ;;
begin | end | lose | mend)
  dir=$(realpath -m "${2:?a folder}")
  export SLURM_CONF="$dir/slurm.conf"
  case $verb in
  begin | end) $verb ;;
  lose) lose "${3:?a node}" ;;
  mend) slurmd -f "$SLURM_CONF" -N "${3:?a node}" ;;
  esac
  ;;
*) echo "cluster.sh: unknown: $verb" >&2; exit 2 ;;
esac
