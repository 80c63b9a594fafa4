#!/bin/bash
# A grid on four nodes of a Slurm cluster: sbatch examples/cluster/slurm.sh
#SBATCH --job-name=tunegrid
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=1
#SBATCH --exclusive
#SBATCH --time=08:00:00
set -euo pipefail

head=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
address=$(srun --nodes=1 --ntasks=1 --nodelist="$head" hostname --ip-address | awk '{print $1}')
# A port of this job's own: another job's head may be on the same node.
port=$((20000 + SLURM_JOB_ID % 20000))

srun --nodes=1 --ntasks=1 --nodelist="$head" \
    ray start --head --node-ip-address="$address" --port="$port" --num-cpus=0 --block &
sleep 20
srun --nodes=$((SLURM_JOB_NUM_NODES - 1)) --ntasks=$((SLURM_JOB_NUM_NODES - 1)) --exclude="$head" \
    ray start --address="$address:$port" --num-cpus="$SLURM_CPUS_ON_NODE" --block &
sleep 20

# Ends itself before Slurm does; the next job goes on with --resume.
tunegrid run --address "$address:$port" --out "$SLURM_SUBMIT_DIR/runs" --name slurm \
    --trainables mnist-convnet --repetitions 3 --max-time 7h
