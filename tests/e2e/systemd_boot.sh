#!/bin/sh
# systemd_boot.sh DIR BUILD_DIR SOURCE_DIR: boots a systemd of its own, with Postern installed and its units in place, and runs
# systemd_inside.py under it. Called by systemd_test.py in namespaces of its own (mount, process, network, host name, IPC, cgroup).
#
# The root is the machine's own under an overlay that is forgotten: nothing of the machine is changed. DIR is empty;
# DIR/out/report is what the test inside says.
set -eu
dir=$1 build=$2 source=$3
root=$dir/memory/root
mount --make-rprivate /
mkdir -p "$dir/out" "$dir/memory"
mount -t tmpfs tmpfs "$dir/memory"
mkdir "$dir/memory/upper" "$dir/memory/work" "$root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$dir/memory/upper,workdir=$dir/memory/work" "$root"

# As docs/operations.md says.
DESTDIR=$root cmake --install "$build" --prefix /usr > "$dir/out/install.log" 2>&1
chroot "$root" sh -eu << 'SETUP'
getent passwd _postern > /dev/null || adduser --quiet --system --group --home /var/lib/postern --no-create-home _postern
install -d -o _postern -g _postern -m 0700 /var/lib/postern
install -d -o _postern -g postfix -m 2750 /var/spool/postfix/postern
install -d /etc/postern
SETUP
cp -r "$source/packaging/quickstart/policy" "$root/etc/postern/policy"
cat > "$root/etc/postern/postern.yaml" << 'YAML'
milter: {listen: 'unix:/run/postern/milter.sock'}
notice: {from: 'Mail Gate <postern@corp.example>', hello: mail.corp.example}
YAML
cp "$source/packaging/systemd/postern.service" "$source/packaging/systemd/postern.socket" "$root/etc/systemd/system/"
chroot "$root" runuser -u _postern -- postern setup keys > "$dir/out/keys.log"

mount -t proc proc "$root/proc"
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs tmpfs "$root/sys/fs/cgroup"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
mount -t tmpfs -o mode=0755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm" "$root/run/test"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
mount --bind "$dir/out" "$root/run/test"
cp "$source/tests/e2e/systemd_inside.py" "$root/run/test/"
cat > "$root/etc/systemd/system/test.service" << 'UNIT'
[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
TimeoutStartSec=10min
ExecStart=/usr/bin/env python3 /run/test/systemd_inside.py
StandardOutput=file:/run/test/report
StandardError=file:/run/test/errors
ExecStopPost=/bin/systemctl exit
UNIT
mkdir "$root/etc/systemd/system/postern.service.d"
printf '[Service]\nStandardError=append:/run/test/gate.log\n' > "$root/etc/systemd/system/postern.service.d/log.conf"
printf '[Unit]\nWants=test.service\nAfter=test.service\n' > "$root/etc/systemd/system/test.target"
# Not chroot(8): systemd makes mount namespaces for its units, which start from a true root.
cd "$root"
mkdir .old
pivot_root . .old
exec env -i container=test PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin sh -c 'umount -l /.old && exec "$0" "$@"' \
  /lib/systemd/systemd --system --unit=test.target --log-target=console --log-level=info --show-status=no --default-standard-output=null
