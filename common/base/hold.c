#include <stdio.h>

#include "base/hold.h"
#include "base/meter.h"

pthread_mutex_t meter_lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
int meter_drawn;

void
meter_hold(void)
{
	pthread_mutex_lock(&meter_lock);
	if (meter_drawn) {
		fputs("\r\033[K", stderr);
		fflush(stderr);
	}
	meter_drawn = 0;
}

void
meter_resume(void)
{
	pthread_mutex_unlock(&meter_lock);
}
