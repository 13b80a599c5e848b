# The image of production: Odoo's official one, the OCA addons and ours. Nothing of it is changed.
ARG BASE=odoo:19.0
FROM ${BASE}

USER root
# age encrypts the daily backups to a key that is not on this machine.
RUN apt-get update \
    && apt-get install -y --no-install-recommends age \
    && rm -rf /var/lib/apt/lists/*

COPY requirements-addons.txt requirements-oca.txt /opt/
# The OCA wheels ask for a distribution "odoo" that the registry does not have: --no-deps.
RUN python3 -m pip install --no-cache-dir --break-system-packages --ignore-installed \
        -r /opt/requirements-addons.txt \
    && python3 -m pip install --no-cache-dir --no-deps --break-system-packages \
        --target /mnt/oca -r /opt/requirements-oca.txt \
    && rm /opt/requirements-*.txt

COPY config/odoo.conf /etc/odoo/odoo.conf
COPY config/entrypoint.py config/backup.sh /usr/local/bin/
COPY addons /mnt/extra-addons
# A working copy may keep some files from everybody but its owner.
RUN chmod -R a+rX /mnt/extra-addons /etc/odoo/odoo.conf \
    && chmod 0755 /usr/local/bin/entrypoint.py /usr/local/bin/backup.sh \
    && printf 'addons_path = /mnt/oca/odoo/addons,/mnt/extra-addons\n' >> /etc/odoo/odoo.conf

USER odoo
ENTRYPOINT ["/usr/local/bin/entrypoint.py"]
CMD ["serve"]
